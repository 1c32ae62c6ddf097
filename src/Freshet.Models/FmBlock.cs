using Freshet.Kernels;

namespace Freshet.Models;

/// <summary>The FM block: <c>f = ½[(Σ v_s)² − Σ v_s²]</c>, weighed per task, <c>a_tᵀ f</c>.</summary>
internal sealed class FmBlock
{
    private readonly DenseParameters _parameters;
    private readonly int _tasks;
    private readonly int _dim;
    private readonly int _inputs;
    private readonly int _vectors;
    private readonly float[] _gradient;
    private readonly float[] _scratch;

    public FmBlock(ModelShape shape, DenseParameters parameters)
    {
        _parameters = parameters;
        _tasks = shape.Tasks;
        _dim = shape.Dim;
        _inputs = shape.Inputs;
        _vectors = shape.Slots * shape.Dim;
        Weights = parameters.Reserve(_tasks * _dim);
        _gradient = new float[_dim];
        _scratch = new float[_dim];
    }

    /// <summary>[T × D] a.</summary>
    public DenseRange Weights { get; }

    /// <summary>a_t = 1: DeepFM.</summary>
    public void Initialize() => _parameters.Weights(Weights).Fill(1);

    /// <summary>Adds a_tᵀ f to the logits.</summary>
    public void Forward(int count, ModelWorkspace workspace)
    {
        for (int sample = 0; sample < count; sample++)
        {
            Span<float> f = workspace.Factors.AsSpan(sample * _dim, _dim);
            FactorizationMachine.Forward(
                workspace.Inputs.AsSpan(sample * _inputs, _vectors), workspace.FactorSums.AsSpan(sample * _dim, _dim), f);
            for (int task = 0; task < _tasks; task++)
            {
                workspace.Logits[(sample * _tasks) + task] += Vectors.Dot(f, _parameters.Weights(Weights.Part(task, _dim)));
            }
        }
    }

    /// <summary>Adds to the gradients of a and of the slots' vectors.</summary>
    public void Backward(int count, ModelWorkspace workspace, LearnWorkspace learn)
    {
        for (int sample = 0; sample < count; sample++)
        {
            _gradient.AsSpan().Clear();
            for (int task = 0; task < _tasks; task++)
            {
                float gradient = learn.LogitGradients[(sample * _tasks) + task];
                DenseRange part = Weights.Part(task, _dim);
                Vectors.AddScaled(_parameters.Gradients(part), workspace.Factors.AsSpan(sample * _dim, _dim), gradient);
                Vectors.AddScaled(_gradient, _parameters.Weights(part), gradient);
            }

            FactorizationMachine.Backward(
                workspace.Inputs.AsSpan(sample * _inputs, _vectors), workspace.FactorSums.AsSpan(sample * _dim, _dim), _gradient,
                learn.InputGradients.AsSpan(sample * _inputs, _vectors), _scratch);
        }
    }
}
