using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>
/// Deep interest network: the history weighed by the target item, <c>a_l = zᵀ PReLU(W_e e_l + W_c e_c + W_x (e_l∘e_c) + b) + b_z</c>,
/// <c>v = Σ_l a_l e_l</c>; v joins h_0.
/// </summary>
/// <remarks>
/// <para>
/// The attention unit is a network of one hidden layer of A units (<c>model.attention.hidden</c>) over [e_l, e_c, e_l∘e_c]. Its weights are not
/// normalised: no softmax, so v keeps the strength of the interest. Source: Zhou et al., KDD 2018, section 4.3,
/// https://doi.org/10.1145/3219819.3219823. Ours differs in PReLU, with a learned slope per unit, where the paper takes Dice: Dice needs the
/// statistics of a batch, so training and ranking would not run the same pass, and a row's result would depend on the others.
/// </para>
/// <para>
/// W_e e_l is the group's, W_c e_c the sample's, and only W_x (e_l∘e_c) is computed for every item of every sample.
/// </para>
/// </remarks>
internal sealed class DeepInterest : Block
{
    private const int MostDimensions = ModelShape.MostDimensions;
    private readonly DenseParameters _parameters;
    private readonly ModelInputs _inputs;
    private readonly InputLayout _layout;
    private readonly InputPlace _target;
    private readonly int _dim;
    private readonly int _padded;
    private readonly int _units;
    private readonly int _scoreLength;
    private readonly PanelMatrix _itemMatrix;
    private readonly PanelMatrix _targetMatrix;
    private readonly PanelMatrix _productMatrix;
    private readonly AlignedBuffer _transposes = new();
    private readonly PanelMatrix _itemTransposed;
    private readonly PanelMatrix _targetTransposed;
    private readonly PanelMatrix _productTransposed;
    private readonly DenseRange _bias;
    private readonly DenseRange _slopes;
    private readonly DenseRange _z;
    private readonly DenseRange _offset;
    private readonly int _zPartial;
    private readonly int _slopePartial;
    private readonly int _offsetPartial;
    private readonly int _rows;
    private readonly int _projected;
    private readonly int _projectedGradient;
    private readonly int _targets;
    private readonly int _targetGradient;
    private readonly int _contexts;
    private readonly int _contextGradient;
    private readonly int _products;
    private readonly int _productGradient;
    private readonly int _pre;
    private readonly int _preGradient;
    private readonly int _weights;
    private readonly int _weightGradient;

    public DeepInterest(ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs)
    {
        _parameters = parameters;
        _inputs = inputs;
        _layout = shape.Layout;
        _target = _layout.Slots[shape.ItemSlot];
        _dim = shape.Dim;
        int width = shape.VectorWidth, units = shape.AttentionUnits;
        _padded = PanelMatrix.RoundUp(_dim, width);
        _units = PanelMatrix.RoundUp(units, PanelMatrix.Narrow);
        _scoreLength = PanelMatrix.RoundUp(shape.HistoryLength, PanelMatrix.Narrow);
        _itemMatrix = parameters.Matrix(_dim, _units, PanelMatrix.Narrow);
        _targetMatrix = parameters.Matrix(_dim, _units, PanelMatrix.Narrow);
        _productMatrix = parameters.Matrix(_dim, _units, PanelMatrix.Narrow);
        _bias = parameters.Vector(_units);
        _slopes = parameters.Vector(_units);
        _z = parameters.Vector(_units);
        _offset = parameters.Vector(1);
        float he = MathF.Sqrt(6f / (3 * _dim));
        parameters.NameTransposed("din.W_e", _itemMatrix, 0, units, he);
        parameters.NameTransposed("din.W_c", _targetMatrix, 0, units, he);
        parameters.NameTransposed("din.W_x", _productMatrix, 0, units, he);
        parameters.Name("din.b", _bias, units, 0);
        parameters.Name("din.slope", _slopes, units, 0, start: 0.25f);
        parameters.Name("din.z", _z, units, MathF.Sqrt(6f / (units + 1)));
        parameters.Name("din.b_z", _offset, 1, 0);

        long size = PanelMatrix.Size(_units, _dim, width);
        _transposes.Grow(3 * size);
        _itemTransposed = new PanelMatrix(_transposes, 0, _units, _dim, width);
        _targetTransposed = new PanelMatrix(_transposes, size, _units, _dim, width);
        _productTransposed = new PanelMatrix(_transposes, 2 * size, _units, _dim, width);
        _zPartial = plan.AddPartial(_z.Length);
        _slopePartial = plan.AddPartial(_slopes.Length);
        _offsetPartial = plan.AddPartial(_offset.Length);
        _rows = plan.Add(Extent.History, _dim, width: width);
        _projected = plan.Add(Extent.History, _units, width: PanelMatrix.Narrow);
        RowGradient = plan.Add(Extent.History, _dim, learnOnly: true, width);
        _projectedGradient = plan.Add(Extent.History, _units, learnOnly: true, PanelMatrix.Narrow);
        _targets = plan.Add(Extent.Sample, _dim, width: width);
        _targetGradient = plan.Add(Extent.Sample, _dim, learnOnly: true, width);
        _contexts = plan.Add(Extent.Sample, _units, width: PanelMatrix.Narrow);
        _contextGradient = plan.Add(Extent.Sample, _units, learnOnly: true, PanelMatrix.Narrow);
        _products = plan.Add(Extent.SampleHistory, _dim, width: width);
        _productGradient = plan.Add(Extent.SampleHistory, _dim, learnOnly: true, width);
        _pre = plan.Add(Extent.SampleHistory, _units, width: PanelMatrix.Narrow);
        _preGradient = plan.Add(Extent.SampleHistory, _units, learnOnly: true, PanelMatrix.Narrow);
        _weights = plan.Add(Extent.Sample, _scoreLength, width: _scoreLength);
        _weightGradient = plan.Add(Extent.Sample, _scoreLength, learnOnly: true, _scoreLength);
    }

    /// <summary>[history × D] gradient of the history's rows.</summary>
    public int RowGradient { get; }

    public override int BackwardPieces => 1;

    public override int GradientPieces => 4;

    private InterestWeights Unit => new()
    {
        Z = _parameters.Weights(_z)[.._units],
        Slopes = _parameters.Weights(_slopes)[.._units],
    };

    public override void PrepareBackward(int piece)
    {
        PanelProduct.Transpose(_itemMatrix, 0, _itemTransposed, 0, _units);
        PanelProduct.Transpose(_targetMatrix, 0, _targetTransposed, 0, _units);
        PanelProduct.Transpose(_productMatrix, 0, _productTransposed, 0, _units);
    }

    public override void GroupForward(Pass pass, int first, int count)
    {
        (int start, int length) = pass.HistoryRange(first, count);
        pass.Input.GatherHistory(pass, start, length, pass[_rows]);
        PanelProduct.Multiply(pass[_rows], _itemMatrix, 0, start, length, accumulate: false, pass[_projected]);
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix item = pass[_inputs.Item], targets = pass[_targets], contexts = pass[_contexts], products = pass[_products], pre = pass[_pre];
        PanelVectors.CopyColumns(item, _target.Column, targets, 0, _dim, first, count);
        PanelProduct.Multiply(targets, _targetMatrix, 0, first, count, accumulate: false, contexts);
        Span<float> vector = stackalloc float[MostDimensions], context = stackalloc float[MostDimensions];
        vector = vector[.._padded];
        context = context[.._units];
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample], items = pass.History.Counts[group], own = pass.History.SampleStarts[sample];
            targets.Read(sample, 0, vector);
            InterestUnit.Products(pass[_rows], pass.History.Starts[group], vector, items, products, own);
        }

        (int start, int length) = pass.SampleHistoryRange(first, count);
        PanelProduct.Multiply(products, _productMatrix, 0, start, length, accumulate: false, pre);
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample], items = pass.History.Counts[group];
            Span<float> weights = pass[_weights].Row(sample, 0, _scoreLength)[..items];
            contexts.Read(sample, 0, context);
            Kernels.Vectors.Add(context, _parameters.Weights(_bias)[.._units]);
            InterestUnit.Score(
                pass[_projected], pass.History.Starts[group], context, Unit, _parameters.Weights(_offset)[0], pre,
                pass.History.SampleStarts[sample], weights);
            Attention.Pool(weights, pass[_rows], pass.History.Starts[group], vector);
            item.Write(sample, _layout.Interest, vector[.._dim]);
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix item = pass[_inputs.ItemGradient], rows = pass[_rows], targets = pass[_targetGradient], contexts = pass[_contextGradient];
        Span<float> pooled = stackalloc float[MostDimensions], vector = stackalloc float[MostDimensions], context = stackalloc float[MostDimensions];
        pooled = pooled[.._padded];
        vector = vector[.._padded];
        context = context[.._units];
        pooled.Clear();
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample];
            Span<float> slopes = WeightGradients(pass, group, sample);
            item.Read(sample, _layout.Interest, pooled[.._dim]);
            InterestUnit.ScoreGradients(rows, pass.History.Starts[group], pooled, slopes);
            InterestUnit.Backward(pass[_pre], pass.History.SampleStarts[sample], Unit, slopes, pass[_preGradient], context);
            contexts.Write(sample, 0, context);
            ClearGap(pass, sample);
        }

        (int start, int length) = pass.SampleHistoryRange(first, count);
        PanelProduct.Multiply(pass[_preGradient], _productTransposed, 0, start, length, accumulate: false, pass[_productGradient]);
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample];
            item.Read(sample, _layout.Interest, pooled[.._dim]);
            pass[_targets].Read(sample, 0, vector);
            InterestUnit.RowsBackward(
                rows, pass.History.Starts[group], vector, pass[_weights].Row(sample, 0, _scoreLength)[..pass.History.Counts[group]], pooled,
                pass[_productGradient], pass.History.SampleStarts[sample], vector);
            targets.Write(sample, 0, vector);
        }

        PanelProduct.Multiply(contexts, _targetTransposed, 0, first, count, accumulate: true, targets);
        PanelVectors.AddColumns(targets, 0, item, _target.Column, _dim, first, count);
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        PanelMatrix rows = pass[RowGradient], projected = pass[_projectedGradient];
        Span<float> z = pass.Partial(first, _zPartial, _units), slopes = pass.Partial(first, _slopePartial, _units);
        Span<float> offset = pass.Partial(first, _offsetPartial, 1);
        (int start, int length) = pass.HistoryRange(first, count);
        PanelVectors.Clear(rows, start, length);
        PanelVectors.Clear(projected, start, length);
        for (int group = first; group < first + count; group++)
        {
            int own = pass.History.Starts[group];
            for (int sample = pass.Groups.Starts[group]; sample < pass.Groups.Starts[group + 1]; sample++)
            {
                ReadOnlySpan<float> gradients = WeightGradients(pass, group, sample);
                int from = pass.History.SampleStarts[sample];
                InterestUnit.AddWeightGradients(pass[_pre], from, Unit, gradients, z, slopes);
                offset[0] += Kernels.Vectors.Sum(gradients);
                AddRows(rows, own, pass[_productGradient], from, gradients.Length);
                AddRows(projected, own, pass[_preGradient], from, gradients.Length);
            }
        }

        PanelProduct.Multiply(projected, _itemTransposed, 0, start, length, accumulate: true, rows);
    }

    public override void Gradient(Pass pass, int piece)
    {
        switch (piece)
        {
            case 0:
                Gradient(pass[_rows], pass[_projectedGradient], pass.History.Length, _itemMatrix);
                break;
            case 1:
                Gradient(pass[_targets], pass[_contextGradient], pass.SampleCount, _targetMatrix);
                PanelVectors.ColumnSums(pass[_contextGradient], pass.SampleCount, accumulate: false, _parameters.Gradients(_bias));
                break;
            case 2:
                Gradient(pass[_products], pass[_preGradient], pass.History.SampleLength, _productMatrix);
                break;
            default:
                pass.SumPartials(_zPartial, _parameters.Gradients(_z));
                pass.SumPartials(_slopePartial, _parameters.Gradients(_slopes));
                pass.SumPartials(_offsetPartial, _parameters.Gradients(_offset));
                break;
        }
    }

    protected override void Release() => _transposes.Dispose();

    private static void AddRows(in PanelMatrix target, int first, in PanelMatrix source, int from, int count)
    {
        for (int panel = 0; panel < target.Panels; panel++)
        {
            Kernels.Vectors.Add(target.Panel(panel, first, count), source.Panel(panel, from, count));
        }
    }

    // [items] gradient of the weights of a sample's history.
    private Span<float> WeightGradients(Pass pass, int group, int sample) =>
        pass[_weightGradient].Row(sample, 0, _scoreLength)[..pass.History.Counts[group]];

    // Rows of nothing stand behind some histories; sums over all rows must find zeros there.
    private void ClearGap(Pass pass, int sample)
    {
        int end = pass.History.SampleStarts[sample] + pass.History.Counts[pass.Groups.GroupOf[sample]];
        (int start, int length) = pass.SampleHistoryRange(sample, 1);
        PanelVectors.Clear(pass[_preGradient], end, start + length - end);
        PanelVectors.Clear(pass[_products], end, start + length - end);
    }

    private void Gradient(in PanelMatrix inputs, in PanelMatrix outputs, int rows, in PanelMatrix weights) =>
        PanelProduct.MultiplyTransposed(inputs, outputs, rows, accumulate: false, _parameters.Gradient(weights));
}
