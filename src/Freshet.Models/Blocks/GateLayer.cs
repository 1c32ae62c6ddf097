using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>Gates over experts: <c>g = softmax(W x)</c>, several side by side over one input, so one product serves all.</summary>
/// <remarks>
/// Linear and without bias, as in Ma et al., KDD 2018, equation 7, https://doi.org/10.1145/3219819.3220007.
/// </remarks>
internal sealed class GateLayer : Block
{
    /// <summary>Most experts of a gate.</summary>
    public const int MostExperts = 256;

    private readonly int[] _counts;
    private readonly int[] _columns;
    private readonly SidedMatrix _matrix;

    /// <param name="parameters">Where the matrix is reserved.</param>
    /// <param name="plan">Where the gates' matrices are planned.</param>
    /// <param name="sides">x.</param>
    /// <param name="gates">Name and experts of each gate; its matrix is <c>NAME.W</c> [experts × inputs].</param>
    /// <param name="addsGradient">Whether the gradient of x is added to; otherwise it is overwritten.</param>
    public GateLayer(
        DenseParameters parameters, WorkspacePlan plan, InputSides sides, IReadOnlyList<(string Name, int Experts)> gates, bool addsGradient)
    {
        _counts = [.. gates.Select(gate => gate.Experts)];
        _columns = [.. gates.Select((_, i) => _counts.Take(i).Sum())];
        int columns = _counts.Sum(), inputs = sides.RowOf.Length, width = columns <= PanelMatrix.Narrow ? PanelMatrix.Narrow : PanelMatrix.Wide;
        _matrix = new SidedMatrix(parameters, plan, sides, columns, width, addsGradient);
        PanelMatrix weights = _matrix.Weights;
        for (int gate = 0; gate < gates.Count; gate++)
        {
            int first = _columns[gate];
            parameters.Name(
                $"{gates[gate].Name}.W", _counts[gate], inputs, (expert, input) => weights.Offset(sides.RowOf[input], first + expert),
                MathF.Sqrt(6f / (inputs + _counts[gate])));
        }

        Weights = plan.Add(Extent.Sample, columns, width: width);
        WeightGradient = plan.Add(Extent.Sample, columns, learnOnly: true, width);
    }

    /// <summary>[samples × experts of all gates] g, gate after gate.</summary>
    public int Weights { get; }

    /// <summary>Gradient of <see cref="Weights"/>; whoever mixes by them writes it.</summary>
    public int WeightGradient { get; }

    public override int BackwardPieces => _matrix.Weights.Panels;

    public override int GradientPieces => _matrix.Weights.Panels;

    /// <summary>Column of <see cref="Weights"/> at which a gate begins.</summary>
    public int ColumnOf(int gate) => _columns[gate];

    public override void PrepareBackward(int piece) => _matrix.PrepareBackward(piece);

    public override void GroupForward(Pass pass, int first, int count) => _matrix.GroupForward(pass, first, count);

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix weights = pass[Weights];
        _matrix.SampleForward(pass, first, count, weights);
        Span<float> gate = stackalloc float[MostExperts];
        for (int sample = first; sample < first + count; sample++)
        {
            for (int i = 0; i < _counts.Length; i++)
            {
                Span<float> own = gate[.._counts[i]];
                weights.Read(sample, _columns[i], own);
                _ = Attention.Softmax(own);
                weights.Write(sample, _columns[i], own);
            }
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix weights = pass[Weights], gradient = pass[WeightGradient];
        Span<float> gates = stackalloc float[MostExperts], slopes = stackalloc float[MostExperts];
        for (int sample = first; sample < first + count; sample++)
        {
            for (int i = 0; i < _counts.Length; i++)
            {
                Span<float> gate = gates[.._counts[i]], slope = slopes[.._counts[i]];
                weights.Read(sample, _columns[i], gate);
                gradient.Read(sample, _columns[i], slope);
                Kernels.Vectors.SoftmaxGradient(slope, gate, Kernels.Vectors.Dot(gate, slope), 0);
                gradient.Write(sample, _columns[i], slope);
            }
        }

        _matrix.SampleBackward(pass, gradient, first, count);
    }

    public override void GroupBackward(Pass pass, int first, int count) => _matrix.GroupBackward(pass, pass[WeightGradient], first, count);

    public override void Gradient(Pass pass, int piece) => _matrix.Gradient(pass, pass[WeightGradient], piece);

    protected override void Release() => _matrix.Dispose();
}
