using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>Gates over experts: <c>g = softmax(W x)</c>, several side by side over one input, so one product serves all.</summary>
/// <remarks>
/// Linear and without bias, as in Ma et al., KDD 2018, equation 7, https://doi.org/10.1145/3219819.3220007. Where samples share their user side,
/// its part of the product is computed once a group.
/// </remarks>
internal sealed class GateLayer : Block
{
    /// <summary>Most experts of a gate.</summary>
    public const int MostExperts = 256;

    private readonly DenseParameters _parameters;
    private readonly InputSides _sides;
    private readonly bool _addsGradient;
    private readonly int[] _counts;
    private readonly int[] _columns;
    private readonly PanelMatrix _matrix;
    private readonly AlignedBuffer _transposes = new();
    private readonly PanelMatrix _userTransposed;
    private readonly PanelMatrix _itemTransposed;
    private readonly int _begun;
    private readonly int _groupGradient;

    /// <param name="parameters">Where the matrix is reserved.</param>
    /// <param name="plan">Where the gates' matrices are planned.</param>
    /// <param name="sides">x.</param>
    /// <param name="gates">Name and experts of each gate; its matrix is <c>NAME.W</c> [experts × inputs].</param>
    /// <param name="addsGradient">Whether the gradient of x is added to; otherwise it is overwritten.</param>
    public GateLayer(
        DenseParameters parameters, WorkspacePlan plan, InputSides sides, IReadOnlyList<(string Name, int Experts)> gates, bool addsGradient)
    {
        _parameters = parameters;
        _sides = sides;
        _addsGradient = addsGradient;
        _counts = [.. gates.Select(gate => gate.Experts)];
        _columns = [.. gates.Select((_, i) => _counts.Take(i).Sum())];
        int columns = _counts.Sum(), inputs = sides.RowOf.Length, width = columns <= PanelMatrix.Narrow ? PanelMatrix.Narrow : PanelMatrix.Wide;
        _matrix = parameters.Matrix(sides.ItemTop + sides.ItemColumns, columns, width);
        for (int gate = 0; gate < gates.Count; gate++)
        {
            int first = _columns[gate];
            parameters.Name(
                $"{gates[gate].Name}.W", _counts[gate], inputs, (expert, input) => _matrix.Offset(sides.RowOf[input], first + expert),
                MathF.Sqrt(6f / (inputs + _counts[gate])));
        }

        long size = PanelMatrix.Size(columns, sides.UserColumns);
        _transposes.Grow(size + PanelMatrix.Size(columns, sides.ItemColumns));
        _userTransposed = new PanelMatrix(_transposes, 0, columns, sides.UserColumns);
        _itemTransposed = new PanelMatrix(_transposes, size, columns, sides.ItemColumns);
        _begun = plan.Add(Extent.Group, sides.UserColumns == 0 ? 0 : columns, width: width);
        _groupGradient = plan.Add(Extent.Group, sides.UserColumns == 0 ? 0 : columns, learnOnly: true, width);
        Weights = plan.Add(Extent.Sample, columns, width: width);
        WeightGradient = plan.Add(Extent.Sample, columns, learnOnly: true, width);
    }

    /// <summary>[samples × experts of all gates] g, gate after gate.</summary>
    public int Weights { get; }

    /// <summary>Gradient of <see cref="Weights"/>; whoever mixes by them writes it.</summary>
    public int WeightGradient { get; }

    public override int BackwardPieces => _matrix.Panels;

    public override int GradientPieces => _matrix.Panels;

    /// <summary>Column of <see cref="Weights"/> at which a gate begins.</summary>
    public int ColumnOf(int gate) => _columns[gate];

    public override void PrepareBackward(int piece)
    {
        int first = piece * _matrix.Width, count = Math.Min(_matrix.Width, _matrix.Columns - first);
        PanelProduct.Transpose(_matrix, 0, _userTransposed, first, count);
        PanelProduct.Transpose(_matrix, _sides.ItemTop, _itemTransposed, first, count);
    }

    public override void GroupForward(Pass pass, int first, int count)
    {
        if (pass.Groups.IsShared && _sides.UserColumns > 0)
        {
            PanelProduct.Multiply(pass[_sides.Inputs.User], _matrix, 0, first, count, accumulate: false, pass[_begun]);
        }
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix weights = pass[Weights];
        bool begun = _sides.UserColumns > 0;
        if (begun && pass.Groups.IsShared)
        {
            PanelVectors.CopyRows(pass[_begun], pass.Groups.GroupOf.Slice(first, count), weights, first);
        }
        else if (begun)
        {
            PanelProduct.Multiply(pass[_sides.Inputs.User], _matrix, 0, first, count, accumulate: false, weights);
        }

        if (_sides.ItemColumns > 0)
        {
            PanelProduct.Multiply(pass[_sides.Inputs.Item], _matrix, _sides.ItemTop, first, count, accumulate: begun, weights);
        }

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

        if (_sides.ItemColumns > 0)
        {
            PanelProduct.Multiply(gradient, _itemTransposed, 0, first, count, _addsGradient, pass[_sides.Inputs.ItemGradient]);
        }

        if (_sides.UserColumns > 0 && !pass.Groups.IsShared)
        {
            PanelProduct.Multiply(gradient, _userTransposed, 0, first, count, _addsGradient, pass[_sides.Inputs.UserGradient]);
        }
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        if (_sides.UserColumns > 0 && pass.Groups.IsShared)
        {
            PanelVectors.SumGroups(pass[WeightGradient], pass.Groups.Starts, first, count, pass[_groupGradient]);
            PanelProduct.Multiply(pass[_groupGradient], _userTransposed, 0, first, count, _addsGradient, pass[_sides.Inputs.UserGradient]);
        }
    }

    public override void Gradient(Pass pass, int piece)
    {
        PanelMatrix slopes = pass[WeightGradient], gradient = _parameters.Gradient(_matrix);
        if (_sides.UserColumns > 0)
        {
            (PanelMatrix source, int rows) = pass.Groups.IsShared ? (pass[_groupGradient], pass.Groups.Count) : (slopes, pass.SampleCount);
            PanelProduct.MultiplyTransposed(pass[_sides.Inputs.User], source, rows, piece, 0, accumulate: false, gradient);
        }

        if (_sides.ItemColumns > 0)
        {
            PanelProduct.MultiplyTransposed(pass[_sides.Inputs.Item], slopes, pass.SampleCount, piece, _sides.ItemTop, accumulate: false, gradient);
        }
    }

    protected override void Release() => _transposes.Dispose();
}
