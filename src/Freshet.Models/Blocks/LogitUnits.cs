using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>The last unit of each tower: <c>deep_t = w_outᵀ h_K + b_out</c>, added to the logits.</summary>
internal sealed class LogitUnits : Block
{
    private readonly DenseParameters _parameters;
    private readonly LayerOutput _top;
    private readonly int _heads;
    private readonly int _padded;
    private readonly DenseRange[] _weights;
    private readonly DenseRange[] _biases;

    public LogitUnits(ModelShape shape, DenseParameters parameters, LayerOutput top)
    {
        _parameters = parameters;
        _top = top;
        _heads = shape.Heads;
        _padded = PanelMatrix.RoundUp(top.Units, PanelMatrix.Wide);
        _weights = new DenseRange[_heads];
        _biases = new DenseRange[_heads];
        for (int head = 0; head < _heads; head++)
        {
            _weights[head] = parameters.Vector(top.Units);
            _biases[head] = parameters.Vector(1);
            parameters.Name($"{shape.HeadNames[head]}.w_out", _weights[head], top.Units, MathF.Sqrt(6f / (top.Units + 1)));
            parameters.Name($"{shape.HeadNames[head]}.b_out", _biases[head], 1, 0);
        }
    }

    public override int GradientPieces => _heads;

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix top = pass[_top.Matrix];
        for (int head = 0; head < _heads; head++)
        {
            PanelVectors.AddDots(
                top.Part(head * _padded, _padded), _parameters.Weights(_weights[head]), _parameters.Weights(_biases[head])[0], first, count,
                pass.Logits[((first * _heads) + head)..], _heads);
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix top = pass[_top.Gradient];
        for (int head = 0; head < _heads; head++)
        {
            PanelVectors.SetOuter(
                _parameters.Weights(_weights[head]), pass.LogitGradients[((first * _heads) + head)..], _heads, first, count,
                top.Part(head * _padded, _padded));
        }
    }

    public override void Gradient(Pass pass, int piece)
    {
        ReadOnlySpan<float> gradients = pass.LogitGradients[piece..];
        PanelVectors.WeightedSum(
            pass[_top.Matrix].Part(piece * _padded, _padded), gradients, _heads, pass.SampleCount, _parameters.Gradients(_weights[piece]));
        float sum = 0;
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            sum += gradients[sample * _heads];
        }

        _parameters.Gradients(_biases[piece])[0] = sum;
    }
}
