using Freshet.Kernels;
using Freshet.Models.Batches;

namespace Freshet.Models.Blocks;

/// <summary>Experts mixed by gates: <c>m = Σ_e g_e·x_e</c>, several mixtures of the same experts.</summary>
internal sealed class ExpertMixture : Block
{
    private readonly Mixture[] _mixtures;
    private readonly int[] _expertGradients;
    private readonly int _padded;

    /// <param name="mixtures">What is mixed, and where it goes.</param>
    /// <param name="units">Units of every expert.</param>
    public ExpertMixture(IReadOnlyList<Mixture> mixtures, int units)
    {
        _mixtures = [.. mixtures];
        _padded = PanelMatrix.RoundUp(units, PanelMatrix.Wide);
        _expertGradients = [.. mixtures.SelectMany(mixture => mixture.Experts).Select(expert => expert.Output.Gradient).Distinct()];
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        Span<float> gates = stackalloc float[GateLayer.MostExperts];
        foreach (Mixture mixture in _mixtures)
        {
            PanelMatrix weights = pass[mixture.Gates.Weights], target = pass[mixture.Target.Matrix];
            Span<float> gate = gates[..mixture.Experts.Length];
            for (int sample = first; sample < first + count; sample++)
            {
                weights.Read(sample, mixture.Gates.ColumnOf(mixture.Gate), gate);
                for (int column = 0; column < _padded; column += PanelMatrix.Wide)
                {
                    Span<float> mixed = target.Row(sample, (mixture.Network * _padded) + column, PanelMatrix.Wide);
                    Kernels.Vectors.SetScaled(mixed, RowOf(pass, mixture.Experts[0], sample, column), gate[0]);
                    for (int expert = 1; expert < gate.Length; expert++)
                    {
                        Kernels.Vectors.AddScaled(mixed, RowOf(pass, mixture.Experts[expert], sample, column), gate[expert]);
                    }
                }
            }
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        foreach (int gradient in _expertGradients)
        {
            PanelVectors.Clear(pass[gradient], first, count);
        }

        Span<float> gates = stackalloc float[GateLayer.MostExperts], slopes = stackalloc float[GateLayer.MostExperts];
        foreach (Mixture mixture in _mixtures)
        {
            PanelMatrix weights = pass[mixture.Gates.Weights], weightGradients = pass[mixture.Gates.WeightGradient];
            PanelMatrix gradient = pass[mixture.Target.Gradient];
            Span<float> gate = gates[..mixture.Experts.Length], slope = slopes[..mixture.Experts.Length];
            int firstColumn = mixture.Gates.ColumnOf(mixture.Gate);
            for (int sample = first; sample < first + count; sample++)
            {
                weights.Read(sample, firstColumn, gate);
                slope.Clear();
                for (int column = 0; column < _padded; column += PanelMatrix.Wide)
                {
                    ReadOnlySpan<float> mixed = gradient.Row(sample, (mixture.Network * _padded) + column, PanelMatrix.Wide);
                    for (int expert = 0; expert < gate.Length; expert++)
                    {
                        Expert own = mixture.Experts[expert];
                        slope[expert] += Kernels.Vectors.Dot(mixed, RowOf(pass, own, sample, column));
                        Span<float> target = pass[own.Output.Gradient].Row(sample, (own.Network * _padded) + column, PanelMatrix.Wide);
                        Kernels.Vectors.AddScaled(target, mixed, gate[expert]);
                    }
                }

                weightGradients.Write(sample, firstColumn, slope);
            }
        }
    }

    private ReadOnlySpan<float> RowOf(Pass pass, Expert expert, int sample, int column) =>
        pass[expert.Output.Matrix].Row(sample, (expert.Network * _padded) + column, PanelMatrix.Wide);

    /// <summary>One of several networks side by side.</summary>
    /// <param name="Output">Their outputs.</param>
    /// <param name="Network">Which of them.</param>
    internal readonly record struct Expert(LayerOutput Output, int Network);

    /// <summary>One mixture.</summary>
    /// <param name="Gates">Where its gate is.</param>
    /// <param name="Gate">Which of the gates there.</param>
    /// <param name="Experts">x, in the order of the gate.</param>
    /// <param name="Target">Where m goes.</param>
    /// <param name="Network">Which part of the target.</param>
    internal sealed record Mixture(GateLayer Gates, int Gate, Expert[] Experts, LayerOutput Target, int Network);
}
