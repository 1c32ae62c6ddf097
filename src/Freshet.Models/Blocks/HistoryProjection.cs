using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>
/// What both attentions of deep match to rank read: the history's rows e_l, their projections W_e e_l, and the projected positions and behaviours.
/// </summary>
/// <remarks>
/// One product projects for both: the hidden units of user-to-item stand in the columns [0, A), those of item-to-item in [A', 2A'), A' = A
/// padded to 16. Positions are projected once a step, not once a sample. Item-to-item has no behaviours.
/// </remarks>
internal sealed class HistoryProjection : Block
{
    private readonly DenseParameters _parameters;
    private readonly int _units;
    private readonly int _length;
    private readonly int _dim;
    private readonly PanelMatrix _items;
    private readonly PanelMatrix _places;
    private readonly PanelMatrix _positions;
    private readonly PanelMatrix _behaviours;
    private readonly PanelMatrix _behaviourProjection;
    private readonly DenseRange _biases;
    private readonly AlignedBuffer _derived = new();
    private readonly PanelMatrix _projectedPlaces;
    private readonly PanelMatrix _projectedBehaviours;
    private readonly PanelMatrix _itemsTransposed;
    private readonly PanelMatrix _positionsTransposed;
    private readonly PanelMatrix _behavioursTransposed;
    private readonly PanelMatrix _placeSums;
    private readonly PanelMatrix _behaviourSums;
    private readonly int _placePartial;
    private readonly int _behaviourPartial;

    public HistoryProjection(ModelShape shape, DenseParameters parameters, WorkspacePlan plan)
    {
        _parameters = parameters;
        _dim = shape.Dim;
        _length = shape.HistoryLength;
        _units = PanelMatrix.RoundUp(shape.AttentionUnits, PanelMatrix.Narrow);
        int a = shape.AttentionUnits, c = shape.HistoryBehaviours, width = shape.VectorWidth, columns = 2 * _units;
        float glorot = MathF.Sqrt(6f / (_dim + a)), row = shape.RowBound;
        _items = parameters.Matrix(_dim, columns);
        _positions = parameters.Matrix(_dim, columns);
        _biases = parameters.Vector(columns);
        _places = parameters.Matrix(_length, _dim, width);
        parameters.NameTransposed("u2i.W_e", _items, 0, a, glorot);
        parameters.NameTransposed("i2i.W_e", _items, _units, a, glorot);
        parameters.NameTransposed("u2i.W_p", _positions, 0, a, glorot);
        parameters.NameTransposed("i2i.W_p", _positions, _units, a, glorot);
        parameters.Name("u2i.b", 1, a, (_, unit) => _biases.Start + unit, 0);
        parameters.Name("i2i.b", 1, a, (_, unit) => _biases.Start + _units + unit, 0);
        parameters.Name("pos", _places, row);
        _behaviours = parameters.Matrix(c, c == 0 ? 0 : _dim, width);
        _behaviourProjection = parameters.Matrix(_dim, c == 0 ? 0 : _units);
        if (c > 0)
        {
            parameters.Name("behaviour", _behaviours, row);
            parameters.NameTransposed("u2i.W_c", _behaviourProjection, 0, a, glorot);
        }

        _projectedPlaces = Derive(_length, columns);
        _projectedBehaviours = Derive(c, c == 0 ? 0 : _units);
        _itemsTransposed = Derive(columns, _dim, width);
        _positionsTransposed = Derive(columns, _dim, width);
        _behavioursTransposed = Derive(c == 0 ? 0 : _units, c == 0 ? 0 : _dim, width);
        _placeSums = Derive(_length, columns);
        _behaviourSums = Derive(c, c == 0 ? 0 : _units);
        _placePartial = plan.AddPartial(_projectedPlaces.Length);
        _behaviourPartial = plan.AddPartial(_projectedBehaviours.Length);
        Rows = plan.Add(Extent.History, _dim, width: width);
        Projected = plan.Add(Extent.History, columns);
        RowGradient = plan.Add(Extent.History, _dim, learnOnly: true, width);
        ProjectedGradient = plan.Add(Extent.History, columns, learnOnly: true);
    }

    /// <summary>[history × D] e.</summary>
    public int Rows { get; }

    /// <summary>[history × 2A'] W_e·e.</summary>
    public int Projected { get; }

    /// <summary>Gradient of <see cref="Rows"/>: set by user-to-item, added to by others.</summary>
    public int RowGradient { get; }

    /// <summary>Gradient of <see cref="Projected"/>: set by both attentions, each its columns.</summary>
    public int ProjectedGradient { get; }

    /// <summary>A', where the hidden units of item-to-item begin.</summary>
    public int Units => _units;

    /// <summary>[L × 2A'] W_p·p + b.</summary>
    public PanelMatrix Places => _projectedPlaces;

    /// <summary>[behaviours × A'] W_c·c; none where behaviours take no part.</summary>
    public PanelMatrix Behaviours => _projectedBehaviours;

    public override int BackwardPieces => 1;

    public override int GradientPieces => 2;

    /// <summary>Sums of one piece of work: gradient of <see cref="Places"/>.</summary>
    public PanelMatrix PlacePartial(Pass pass, int first) => _projectedPlaces with
    {
        Buffer = pass.Partials,
        Start = pass.PartialStart(first) + _placePartial,
    };

    /// <summary>Sums of one piece of work: gradient of <see cref="Behaviours"/>.</summary>
    public PanelMatrix BehaviourPartial(Pass pass, int first) => _projectedBehaviours.IsEmpty ? default : _projectedBehaviours with
    {
        Buffer = pass.Partials,
        Start = pass.PartialStart(first) + _behaviourPartial,
    };

    public override void Prepare()
    {
        PanelProduct.Multiply(_places, _positions, 0, 0, _length, accumulate: false, _projectedPlaces);
        ReadOnlySpan<float> biases = _parameters.Weights(_biases);
        for (int panel = 0; panel < _projectedPlaces.Panels; panel++)
        {
            for (int place = 0; place < _length; place++)
            {
                Kernels.Vectors.Add(_projectedPlaces.Panel(panel, place, 1), biases.Slice(panel * PanelMatrix.Wide, PanelMatrix.Wide));
            }
        }

        if (!_behaviours.IsEmpty)
        {
            PanelProduct.Multiply(_behaviours, _behaviourProjection, 0, 0, _behaviours.Rows, accumulate: false, _projectedBehaviours);
        }
    }

    public override void PrepareBackward(int piece)
    {
        PanelProduct.Transpose(_items, 0, _itemsTransposed, 0, 2 * _units);
        PanelProduct.Transpose(_positions, 0, _positionsTransposed, 0, 2 * _units);
        if (!_behaviours.IsEmpty)
        {
            PanelProduct.Transpose(_behaviourProjection, 0, _behavioursTransposed, 0, _units);
        }
    }

    public override void GroupForward(Pass pass, int first, int count)
    {
        (int start, int length) = pass.HistoryRange(first, count);
        pass.Input.GatherHistory(pass, start, length, pass[Rows]);
        PanelProduct.Multiply(pass[Rows], _items, 0, start, length, accumulate: false, pass[Projected]);
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        (int start, int length) = pass.HistoryRange(first, count);
        PanelMatrix gradient = pass[ProjectedGradient];

        // Rows of nothing stand between groups: nobody wrote their gradient.
        HistoryRows history = pass.History;
        for (int group = first; group < first + count; group++)
        {
            int end = history.Starts[group] + history.Counts[group];
            int next = group + 1 < first + count ? history.Starts[group + 1] : start + length;
            PanelVectors.Clear(gradient, end, next - end);
            PanelVectors.Clear(pass[RowGradient], end, next - end);
        }

        PanelProduct.Multiply(gradient, _itemsTransposed, 0, start, length, accumulate: true, pass[RowGradient]);
    }

    public override void Gradient(Pass pass, int piece)
    {
        if (piece == 0)
        {
            PanelProduct.MultiplyTransposed(
                pass[Rows], pass[ProjectedGradient], pass.History.Length, accumulate: false, _parameters.Gradient(_items));
            return;
        }

        PlaceGradients(pass);
        if (!_behaviours.IsEmpty)
        {
            BehaviourGradients(pass);
        }
    }

    protected override void Release() => _derived.Dispose();

    private void PlaceGradients(Pass pass)
    {
        pass.SumPartials(_placePartial, _placeSums.Buffer.Slice(_placeSums.Start, (int)_placeSums.Length));
        PanelVectors.ColumnSums(_placeSums, _length, accumulate: false, _parameters.Gradients(_biases));
        PanelProduct.MultiplyTransposed(_places, _placeSums, _length, accumulate: false, _parameters.Gradient(_positions));
        PanelProduct.Multiply(_placeSums, _positionsTransposed, 0, 0, _length, accumulate: false, _parameters.Gradient(_places));
    }

    private void BehaviourGradients(Pass pass)
    {
        pass.SumPartials(_behaviourPartial, _behaviourSums.Buffer.Slice(_behaviourSums.Start, (int)_behaviourSums.Length));
        PanelProduct.MultiplyTransposed(
            _behaviours, _behaviourSums, _behaviours.Rows, accumulate: false, _parameters.Gradient(_behaviourProjection));
        PanelProduct.Multiply(
            _behaviourSums, _behavioursTransposed, 0, 0, _behaviours.Rows, accumulate: false, _parameters.Gradient(_behaviours));
    }

    private PanelMatrix Derive(int rows, int columns, int width = PanelMatrix.Wide)
    {
        long start = _derived.Length;
        _derived.Grow(start + PanelMatrix.RoundUp((int)PanelMatrix.Size(rows, columns, width), PanelMatrix.Narrow));
        return new PanelMatrix(_derived, start, rows, columns, width);
    }
}
