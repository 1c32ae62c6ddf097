using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>
/// Deep match to rank, item-to-item: attention between the target item and the history, <c>r̂ = Σ â_l</c> and <c>û = Σ softmax(â)_l e_l</c>.
/// </summary>
/// <remarks>
/// The history's projections are the group's; only the target's is the sample's. Source: Lyu et al., AAAI 2020,
/// https://doi.org/10.1609/aaai.v34i01.5346, section 3.3.
/// </remarks>
internal sealed class ItemToItem : Block
{
    private const int MostDimensions = ModelShape.MostDimensions;
    private const int MostHistory = ModelShape.MostHistory;
    private readonly DenseParameters _parameters;
    private readonly HistoryProjection _history;
    private readonly ModelInputs _inputs;
    private readonly InputLayout _layout;
    private readonly InputPlace _target;
    private readonly int _dim;
    private readonly int _padded;
    private readonly int _scoreLength;
    private readonly PanelMatrix _matrix;
    private readonly PanelMatrix _transposed;
    private readonly AlignedBuffer _derived = new();
    private readonly DenseRange _z;
    private readonly int _zPartial;
    private readonly int _targets;
    private readonly int _contexts;
    private readonly int _contextGradient;
    private readonly int _targetGradient;
    private readonly int _hidden;
    private readonly int _weights;

    public ItemToItem(ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs, HistoryProjection history)
    {
        _parameters = parameters;
        _history = history;
        _inputs = inputs;
        _layout = shape.Layout;
        _target = _layout.Slots[shape.ItemSlot];
        _dim = shape.Dim;
        int width = shape.VectorWidth;
        _padded = PanelMatrix.RoundUp(_dim, width);
        _scoreLength = PanelMatrix.RoundUp(shape.HistoryLength, PanelMatrix.Narrow);
        _matrix = parameters.Matrix(_dim, history.Units, PanelMatrix.Narrow);
        _z = parameters.Vector(history.Units);
        parameters.NameTransposed("i2i.W_c", _matrix, 0, shape.AttentionUnits, MathF.Sqrt(6f / (_dim + shape.AttentionUnits)));
        parameters.Name("i2i.z", _z, shape.AttentionUnits, MathF.Sqrt(6f / (shape.AttentionUnits + 1)));
        _derived.Grow(PanelMatrix.Size(history.Units, _dim, width));
        _transposed = new PanelMatrix(_derived, 0, history.Units, _dim, width);
        _zPartial = plan.AddPartial(_z.Length);
        _targets = plan.Add(Extent.Sample, _dim, width: width);
        _contexts = plan.Add(Extent.Sample, history.Units, width: PanelMatrix.Narrow);
        _contextGradient = plan.Add(Extent.Sample, history.Units, learnOnly: true, PanelMatrix.Narrow);
        _targetGradient = plan.Add(Extent.Sample, _dim, learnOnly: true, width);
        _hidden = plan.Add(Extent.SampleHistory, history.Units, width: PanelMatrix.Narrow);
        _weights = plan.Add(Extent.Sample, _scoreLength, width: _scoreLength);
    }

    public override int BackwardPieces => 1;

    public override int GradientPieces => 1;

    public override void PrepareBackward(int piece) => PanelProduct.Transpose(_matrix, 0, _transposed, 0, _history.Units);

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix item = pass[_inputs.Item], rows = pass[_history.Rows];
        PanelVectors.CopyColumns(item, _target.Column, pass[_targets], 0, _dim, first, count);
        PanelProduct.Multiply(pass[_targets], _matrix, 0, first, count, accumulate: false, pass[_contexts]);
        Span<float> pooled = stackalloc float[MostDimensions], context = stackalloc float[MostDimensions];
        pooled = pooled[.._padded];
        context = context[.._history.Units];
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample], items = pass.History.Counts[group];
            Span<float> weights = pass[_weights].Row(sample, 0, _scoreLength)[..items];
            pass[_contexts].Read(sample, 0, context);
            Attention.Score(Items(pass, group, context), Z, pass[_hidden], pass.History.SampleStarts[sample], weights);
            item[sample, _layout.InterestSum] = Attention.Softmax(weights);
            Attention.Pool(weights, rows, pass.History.Starts[group], pooled);
            item.Write(sample, _layout.Interest, pooled[.._dim]);
        }
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        PanelMatrix item = pass[_inputs.ItemGradient], contexts = pass[_contexts], contextGradients = pass[_contextGradient];
        Span<float> zGradients = pass.Partial(first, _zPartial, _z.Length)[.._history.Units];
        Span<float> pooled = stackalloc float[MostDimensions], context = stackalloc float[MostDimensions];
        Span<float> contextGradient = stackalloc float[MostDimensions], scores = stackalloc float[MostHistory];
        pooled = pooled[.._padded];
        context = context[.._history.Units];
        contextGradient = contextGradient[.._history.Units];
        pooled.Clear();
        for (int group = first; group < first + count; group++)
        {
            int items = pass.History.Counts[group];
            for (int sample = pass.Groups.Starts[group]; sample < pass.Groups.Starts[group + 1]; sample++)
            {
                item.Read(sample, _layout.Interest, pooled[.._dim]);
                contexts.Read(sample, 0, context);
                contextGradient.Clear();
                Attention.PoolBackward(
                    pass[_weights].Row(sample, 0, _scoreLength)[..items], pass[_history.Rows], pass.History.Starts[group], pooled,
                    item[sample, _layout.InterestSum], accumulate: true, pass[_history.RowGradient], scores[..items]);
                Attention.Backward(
                    Items(pass, group, context), Z, pass[_hidden], pass.History.SampleStarts[sample], scores[..items],
                    new AttentionGradients
                    {
                        Projected = pass[_history.ProjectedGradient],
                        AddsToProjected = sample > pass.Groups.Starts[group],
                        Positions = _history.PlacePartial(pass, first),
                        Context = contextGradient,
                        Z = zGradients,
                    });
                contextGradients.Write(sample, 0, contextGradient);
            }
        }
    }

    public override void SampleFinish(Pass pass, int first, int count)
    {
        PanelProduct.Multiply(pass[_contextGradient], _transposed, 0, first, count, accumulate: false, pass[_targetGradient]);
        PanelVectors.AddColumns(pass[_targetGradient], 0, pass[_inputs.ItemGradient], _target.Column, _dim, first, count);
    }

    public override void Gradient(Pass pass, int piece)
    {
        PanelProduct.MultiplyTransposed(
            pass[_targets], pass[_contextGradient], pass.SampleCount, accumulate: false, _parameters.Gradient(_matrix));
        pass.SumPartials(_zPartial, _parameters.Gradients(_z));
    }

    protected override void Release() => _derived.Dispose();

    private ReadOnlySpan<float> Z => _parameters.Weights(_z)[.._history.Units];

    private AttentionItems Items(Pass pass, int group, ReadOnlySpan<float> context) => new()
    {
        Projected = pass[_history.Projected],
        Column = _history.Units,
        First = pass.History.Starts[group],
        Places = pass.History.Places(group),
        Positions = _history.Places,
        Context = context,
    };
}
