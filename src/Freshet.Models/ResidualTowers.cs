using Freshet.Kernels;

using SplitMix64 = Freshet.Kernels.SplitMix64;

namespace Freshet.Models;

/// <summary>The deep block: per task a residual network over the shared input, <c>deep_t = w_outᵀ h_K + b_out</c>.</summary>
internal sealed class ResidualTowers : IDisposable
{
    private readonly DenseParameters _parameters;
    private readonly ResidualLayer[] _layers;
    private readonly int _tasks;
    private readonly int _top;
    private readonly DenseRange _outputs;
    private readonly DenseRange _biases;

    public ResidualTowers(ModelShape shape, DenseParameters parameters)
    {
        _parameters = parameters;
        _tasks = shape.Tasks;
        _top = shape.Layers[^1];
        _layers = new ResidualLayer[shape.Layers.Length];
        int inputs = shape.Inputs;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer] = new ResidualLayer(parameters, inputs, shape.Layers[layer], _tasks, isShared: layer == 0);
            inputs = shape.Layers[layer];
        }

        _outputs = parameters.Reserve(_tasks * _top);
        _biases = parameters.Reserve(_tasks);
    }

    public void Initialize(ref SplitMix64 random)
    {
        foreach (ResidualLayer layer in _layers)
        {
            layer.Initialize(ref random);
        }

        random.FillUniform(_parameters.Weights(_outputs), MathF.Sqrt(6f / (_top + 1)));
    }

    /// <summary>Makes changed weights known to <see cref="Forward"/>.</summary>
    public void Pack()
    {
        foreach (ResidualLayer layer in _layers)
        {
            layer.Pack();
        }
    }

    /// <summary>Adds deep_t to the logits.</summary>
    public void Forward(int count, ModelWorkspace workspace)
    {
        ReadOnlySpan<float> input = workspace.Inputs;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer].Forward(input, count, workspace.Products[layer], workspace.Hidden[layer]);
            input = workspace.Hidden[layer];
        }

        Span<float> logits = workspace.Logits;
        ReadOnlySpan<float> biases = _parameters.Weights(_biases);
        for (int sample = 0; sample < count; sample++)
        {
            for (int task = 0; task < _tasks; task++)
            {
                int at = (sample * _tasks) + task;
                ReadOnlySpan<float> weights = _parameters.Weights(_outputs.Part(task, _top));
                logits[at] += Vectors.Dot(input.Slice(at * _top, _top), weights) + biases[task];
            }
        }
    }

    /// <summary>Adds to the parameters' gradients and writes that of the input into <see cref="LearnWorkspace.InputGradients"/>.</summary>
    public void Backward(int count, ModelWorkspace workspace, LearnWorkspace learn)
    {
        BackwardOutputs(count, workspace, learn);
        for (int layer = _layers.Length - 1; layer >= 0; layer--)
        {
            ReadOnlySpan<float> input = layer == 0 ? workspace.Inputs : workspace.Hidden[layer - 1];
            Span<float> inputGradients = layer == 0 ? learn.InputGradients : learn.HiddenGradients[layer - 1];
            _layers[layer].Backward(input, count, workspace.Products[layer], learn.HiddenGradients[layer], inputGradients);
        }
    }

    public void Dispose()
    {
        foreach (ResidualLayer layer in _layers)
        {
            layer.Dispose();
        }
    }

    private void BackwardOutputs(int count, ModelWorkspace workspace, LearnWorkspace learn)
    {
        Span<float> gradients = learn.HiddenGradients[^1], biases = _parameters.Gradients(_biases);
        gradients[..(count * _tasks * _top)].Clear();
        for (int sample = 0; sample < count; sample++)
        {
            for (int task = 0; task < _tasks; task++)
            {
                int at = (sample * _tasks) + task;
                float gradient = learn.LogitGradients[at];
                DenseRange part = _outputs.Part(task, _top);
                biases[task] += gradient;
                Vectors.AddScaled(_parameters.Gradients(part), workspace.Hidden[_layers.Length - 1].AsSpan(at * _top, _top), gradient);
                Vectors.AddScaled(gradients.Slice(at * _top, _top), _parameters.Weights(part), gradient);
            }
        }
    }
}
