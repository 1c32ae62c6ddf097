using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>
/// Deep match to rank, user-to-item: attention over the history makes a user vector, <c>u = act(W_u Σ α_l e_l + b_u)</c>, which is matched with
/// the item's output row, <c>r = uᵀ v'</c>; and the auxiliary loss that makes u predict the next item.
/// </summary>
/// <remarks>
/// The user vector is computed once a group. The auxiliary history is the history without its most recent item; positions are numbered anew
/// unless the scene keeps them. Source: Lyu et al., AAAI 2020, https://doi.org/10.1609/aaai.v34i01.5346, section 3.2.
/// </remarks>
internal sealed class UserToItem : Block
{
    private const int MostDimensions = ModelShape.MostDimensions;
    private const int MostHistory = ModelShape.MostHistory;
    private readonly DenseParameters _parameters;
    private readonly HistoryProjection _history;
    private readonly ModelInputs _inputs;
    private readonly InputLayout _layout;
    private readonly UnitActivation _activation;
    private readonly bool _keepsPlaces;
    private readonly int _dim;
    private readonly int _padded;
    private readonly int _scoreLength;
    private readonly PanelMatrix _matrix;
    private readonly PanelMatrix _transposed;
    private readonly AlignedBuffer _derived = new();
    private readonly DenseRange _bias;
    private readonly DenseRange _slopes;
    private readonly DenseRange _z;
    private readonly int _zPartial;
    private readonly int _slopePartial;
    private readonly Branch _main;
    private readonly Branch _auxiliary;
    private readonly int _outputRows;

    public UserToItem(ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs, HistoryProjection history)
    {
        _parameters = parameters;
        _history = history;
        _inputs = inputs;
        _layout = shape.Layout;
        _activation = shape.UserActivation;
        _keepsPlaces = shape.KeepsPlaces;
        _dim = shape.Dim;
        int width = shape.VectorWidth;
        _padded = PanelMatrix.RoundUp(_dim, width);
        _scoreLength = PanelMatrix.RoundUp(shape.HistoryLength, PanelMatrix.Narrow);
        _matrix = parameters.Matrix(_dim, _dim, width);
        _bias = parameters.Vector(_dim);
        _z = parameters.Vector(history.Units);
        float glorot = MathF.Sqrt(6f / (2 * _dim));
        parameters.Name("u2i.z", _z, shape.AttentionUnits, MathF.Sqrt(6f / (shape.AttentionUnits + 1)));
        parameters.NameTransposed("u2i.W_u", _matrix, 0, _dim, glorot);
        parameters.Name("u2i.b_u", _bias, _dim, 0);
        _slopes = parameters.Vector(_activation == UnitActivation.Prelu ? _dim : 0);
        if (_slopes.Length > 0)
        {
            parameters.Name("u2i.slope", _slopes, _dim, 0, start: 0.25f);
        }

        _derived.Grow(_matrix.Length);
        _transposed = new PanelMatrix(_derived, 0, _dim, _dim, width);
        _zPartial = plan.AddPartial(_z.Length);
        _slopePartial = plan.AddPartial(_slopes.Length);
        _main = new Branch(plan, _dim, width, history.Units, _scoreLength, learnOnly: false);
        _auxiliary = new Branch(plan, _dim, width, history.Units, _scoreLength, learnOnly: true);
        _outputRows = plan.Add(Extent.Sample, _dim, width: width);
        Matched = plan.Add(Extent.Sample, _dim, learnOnly: true, width);
        ChoiceRows = plan.Add(Extent.Choice, _dim, learnOnly: true, width);
    }

    /// <summary>[samples × D] gradient of each sample's output row by way of r.</summary>
    public int Matched { get; }

    /// <summary>[choices × D] output rows of the auxiliary loss, of each group the item that was next, then its negatives; then their gradients.</summary>
    public int ChoiceRows { get; }

    /// <summary>[groups × L] α of the user vector.</summary>
    public int MainWeights => _main.Weights;

    public override int BackwardPieces => 1;

    public override int GradientPieces => 1;

    public override void PrepareBackward(int piece) => PanelProduct.Transpose(_matrix, 0, _transposed, 0, _dim);

    public override void GroupForward(Pass pass, int first, int count)
    {
        for (int group = first; group < first + count; group++)
        {
            Attend(pass, group, _main, skip: 0, shift: 0);
        }

        Activate(pass, _main, first, count);
        PanelVectors.CopyColumns(pass[_main.Vector], 0, pass[_inputs.User], _layout.UserVector, _dim, first, count);
        if (!pass.Choices.IsEmpty)
        {
            LearnChoices(pass, first, count);
        }
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix rows = pass[_outputRows], users = pass[_main.Vector], item = pass[_inputs.Item];
        pass.Input.GatherOutputs(pass, first, count, rows);
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample];
            float match = 0;
            for (int panel = 0; panel < rows.Panels; panel++)
            {
                match += Kernels.Vectors.Dot(users.Panel(panel, group, 1), rows.Panel(panel, sample, 1));
            }

            item[sample, _layout.Match] = match;
        }
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        Span<float> zGradients = pass.Partial(first, _zPartial, _z.Length), slopes = pass.Partial(first, _slopePartial, _slopes.Length);
        MatchBackward(pass, first, count);
        BranchBackward(pass, _main, first, count, slopes);
        for (int group = first; group < first + count; group++)
        {
            AttendBackward(pass, group, first, _main, skip: 0, shift: 0, zGradients);
        }

        if (!pass.Choices.IsEmpty)
        {
            BranchBackward(pass, _auxiliary, first, count, slopes);
            for (int group = first; group < first + count; group++)
            {
                if (pass.Choices.Takes(group))
                {
                    AttendBackward(pass, group, first, _auxiliary, skip: 1, Shift(pass, group), zGradients);
                }
            }
        }
    }

    public override void Gradient(Pass pass, int piece)
    {
        PanelMatrix gradient = _parameters.Gradient(_matrix);
        Span<float> bias = _parameters.Gradients(_bias)[.._padded];
        PanelProduct.MultiplyTransposed(pass[_main.Pooled], pass[_main.VectorGradient], pass.Groups.Count, accumulate: false, gradient);
        PanelVectors.ColumnSums(pass[_main.VectorGradient], pass.Groups.Count, accumulate: false, bias);
        if (!pass.Choices.IsEmpty)
        {
            PanelProduct.MultiplyTransposed(
                pass[_auxiliary.Pooled], pass[_auxiliary.VectorGradient], pass.Groups.Count, accumulate: true, gradient);
            PanelVectors.ColumnSums(pass[_auxiliary.VectorGradient], pass.Groups.Count, accumulate: true, bias);
        }

        pass.SumPartials(_zPartial, _parameters.Gradients(_z));
        pass.SumPartials(_slopePartial, _parameters.Gradients(_slopes));
    }

    protected override void Release() => _derived.Dispose();

    /// <summary>From the history, without its <paramref name="skip"/> most recent items, to the pooled vector.</summary>
    private void Attend(Pass pass, int group, Branch branch, int skip, int shift)
    {
        int count = Math.Max(0, pass.History.Counts[group] - skip), start = pass.History.Starts[group] + skip;
        Span<float> weights = pass[branch.Weights].Row(group, 0, _scoreLength)[..count];
        if (count > 0)
        {
            Attention.Score(Items(pass, group, skip, shift), _parameters.Weights(_z)[.._history.Units], pass[branch.Hidden], start, weights);
            _ = Attention.Softmax(weights);
        }

        Span<float> pooled = stackalloc float[MostDimensions];
        pooled = pooled[.._padded];
        Attention.Pool(weights, pass[_history.Rows], start, pooled);
        pass[branch.Pooled].Write(group, 0, pooled);
    }

    private AttentionItems Items(Pass pass, int group, int skip, int shift) => new()
    {
        Projected = pass[_history.Projected],
        Column = 0,
        First = pass.History.Starts[group] + skip,
        Places = pass.History.Places(group)[skip..],
        Shift = shift,
        Positions = _history.Places,
        BehaviourIds = _history.Behaviours.IsEmpty ? [] : pass.History.Behaviours(group)[skip..],
        Behaviours = _history.Behaviours,
    };

    private void Activate(Pass pass, Branch branch, int first, int count)
    {
        PanelMatrix pre = pass[branch.Pre], vector = pass[branch.Vector];
        PanelProduct.Multiply(pass[branch.Pooled], _matrix, 0, first, count, accumulate: false, pre);
        ReadOnlySpan<float> bias = _parameters.Weights(_bias);
        for (int panel = 0; panel < pre.Panels; panel++)
        {
            (int column, int width) = (panel * pre.Width, pre.Width);
            ReadOnlySpan<float> slopes = _slopes.Length == 0 ? [] : _parameters.Weights(_slopes).Slice(column, width);
            for (int group = first; group < first + count; group++)
            {
                Span<float> own = pre.Panel(panel, group, 1);
                Kernels.Vectors.Add(own, bias.Slice(column, width));
                UnitLayer.Forward(_activation, own, slopes, vector.Panel(panel, group, 1));
            }
        }
    }

    private void LearnChoices(Pass pass, int first, int count)
    {
        PanelVectors.Clear(pass[_auxiliary.Pooled], first, count);
        for (int group = first; group < first + count; group++)
        {
            if (pass.Choices.Takes(group))
            {
                Attend(pass, group, _auxiliary, skip: 1, Shift(pass, group));
            }
        }

        Activate(pass, _auxiliary, first, count);
        pass.Input.GatherChoices(pass, first, count, pass[ChoiceRows]);
        Span<float> user = stackalloc float[MostDimensions], gradient = stackalloc float[MostDimensions];
        user = user[.._padded];
        gradient = gradient[.._padded];
        double loss = 0;
        for (int group = first; group < first + count; group++)
        {
            gradient.Clear();
            if (pass.Choices.Takes(group))
            {
                pass[_auxiliary.Vector].Read(group, 0, user);
                int size = pass.Groups.SizeOf(group);
                loss += size * ChoiceLoss.Learn(
                    user, pass[ChoiceRows], pass.Choices.FirstRow(group), pass.Choices.Width, pass.Choices.Scale * size, gradient);
            }

            pass[_auxiliary.VectorGradient].Write(group, 0, gradient);
        }

        pass.NoteChoiceLoss(first, loss);
    }

    // What is now the most recent has place 0, whatever was absent before it.
    private int Shift(Pass pass, int group) => _keepsPlaces ? 0 : -pass.History.Places(group)[1];

    /// <summary>∂loss/∂u: what h_0 passes back, and r = uᵀv' of the group's samples.</summary>
    private void MatchBackward(Pass pass, int first, int count)
    {
        PanelMatrix gradient = pass[_main.VectorGradient], rows = pass[_outputRows], users = pass[_main.Vector], matched = pass[Matched];
        PanelMatrix item = pass[_inputs.ItemGradient];
        // Padding too: what a batch that is refused made of it must not stay.
        PanelVectors.Clear(gradient, first, count);
        PanelVectors.CopyColumns(pass[_inputs.UserGradient], _layout.UserVector, gradient, 0, _dim, first, count);
        for (int group = first; group < first + count; group++)
        {
            for (int sample = pass.Groups.Starts[group]; sample < pass.Groups.Starts[group + 1]; sample++)
            {
                float slope = item[sample, _layout.Match];
                for (int panel = 0; panel < rows.Panels; panel++)
                {
                    Kernels.Vectors.AddScaled(gradient.Panel(panel, group, 1), rows.Panel(panel, sample, 1), slope);
                    Kernels.Vectors.SetScaled(matched.Panel(panel, sample, 1), users.Panel(panel, group, 1), slope);
                }
            }
        }
    }

    private void BranchBackward(Pass pass, Branch branch, int first, int count, Span<float> slopeGradients)
    {
        PanelMatrix pre = pass[branch.Pre], vector = pass[branch.Vector], gradient = pass[branch.VectorGradient];
        for (int panel = 0; panel < pre.Panels; panel++)
        {
            (int column, int width) = (panel * pre.Width, pre.Width);
            ReadOnlySpan<float> slopes = _slopes.Length == 0 ? [] : _parameters.Weights(_slopes).Slice(column, width);
            for (int group = first; group < first + count; group++)
            {
                UnitLayer.Backward(
                    _activation, pre.Panel(panel, group, 1), vector.Panel(panel, group, 1), slopes, gradient.Panel(panel, group, 1),
                    slopeGradients.IsEmpty ? [] : slopeGradients.Slice(column, width));
            }
        }

        PanelProduct.Multiply(gradient, _transposed, 0, first, count, accumulate: false, pass[branch.PooledGradient]);
    }

    private void AttendBackward(Pass pass, int group, int chunk, Branch branch, int skip, int shift, Span<float> zGradients)
    {
        int count = pass.History.Counts[group] - skip, start = pass.History.Starts[group] + skip;
        if (count <= 0)
        {
            return;
        }

        Span<float> pooled = stackalloc float[MostDimensions], scores = stackalloc float[MostHistory];
        pooled = pooled[.._padded];
        scores = scores[..count];
        pass[branch.PooledGradient].Read(group, 0, pooled);
        Attention.PoolBackward(
            pass[branch.Weights].Row(group, 0, _scoreLength)[..count], pass[_history.Rows], start, pooled, 0, accumulate: skip > 0,
            pass[_history.RowGradient], scores);
        Attention.Backward(
            Items(pass, group, skip, shift), _parameters.Weights(_z)[.._history.Units], pass[branch.Hidden], start, scores,
            new AttentionGradients
            {
                Projected = pass[_history.ProjectedGradient],
                AddsToProjected = skip > 0,
                Positions = _history.PlacePartial(pass, chunk),
                Behaviours = _history.BehaviourPartial(pass, chunk),
                Z = zGradients[.._history.Units],
            });
    }

    /// <summary>The matrices of one attention: that of u, or that of the auxiliary loss.</summary>
    private sealed class Branch(WorkspacePlan plan, int dim, int width, int units, int scoreLength, bool learnOnly)
    {
        public int Hidden { get; } = plan.Add(Extent.History, units, learnOnly, PanelMatrix.Narrow);

        public int Weights { get; } = plan.Add(Extent.Group, scoreLength, learnOnly, scoreLength);

        public int Pooled { get; } = plan.Add(Extent.Group, dim, learnOnly, width);

        public int Pre { get; } = plan.Add(Extent.Group, dim, learnOnly, width);

        public int Vector { get; } = plan.Add(Extent.Group, dim, learnOnly, width);

        public int VectorGradient { get; } = plan.Add(Extent.Group, dim, learnOnly: true, width);

        public int PooledGradient { get; } = plan.Add(Extent.Group, dim, learnOnly: true, width);
    }
}
