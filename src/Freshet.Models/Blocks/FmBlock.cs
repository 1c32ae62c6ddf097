using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>The FM block: <c>f = ½[(Σ v_s)² − Σ v_s²]</c>, weighed per head, <c>a_tᵀ f</c>; or f joins h_0.</summary>
/// <remarks>
/// The user's slots are summed once a group. Source: Rendle, ICDM 2010, https://doi.org/10.1109/ICDM.2010.127; Guo et al., IJCAI 2017,
/// https://arxiv.org/abs/1703.04247. Ours differs by a_t.
/// </remarks>
internal sealed class FmBlock : Block
{
    private readonly DenseParameters _parameters;
    private readonly ModelInputs _inputs;
    private readonly InputPlace[] _slots;
    private readonly int _heads;
    private readonly int _dim;
    private readonly int _padded;
    private readonly int _joins;
    private readonly bool _ownsGradient;
    private readonly DenseRange[] _weights;
    private readonly int _groupSums;
    private readonly int _groupSquares;
    private readonly int _sums;
    private readonly int _factors;
    private readonly int _factorGradient;
    private readonly int _groupFactorGradient;
    private readonly int _groupProducts;

    public FmBlock(ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs)
    {
        _parameters = parameters;
        _inputs = inputs;
        _slots = shape.Layout.Slots;
        _heads = shape.Heads;
        _dim = shape.Dim;
        _joins = shape.Layout.Factors;
        _ownsGradient = shape.Blocks.Body == BodyKind.None;
        int width = shape.VectorWidth;
        _padded = PanelMatrix.RoundUp(_dim, width);
        _groupSums = plan.Add(Extent.Group, _dim, width: width);
        _groupSquares = plan.Add(Extent.Group, _dim, width: width);
        _sums = plan.Add(Extent.Sample, _dim, width: width);
        _factors = plan.Add(Extent.Sample, _dim, width: width);
        _factorGradient = plan.Add(Extent.Sample, _dim, learnOnly: true, width);
        _groupFactorGradient = plan.Add(Extent.Group, _dim, learnOnly: true, width);
        _groupProducts = plan.Add(Extent.Group, _dim, learnOnly: true, width);
        _weights = _joins >= 0 ? [] : new DenseRange[_heads];
        for (int head = 0; head < _weights.Length; head++)
        {
            _weights[head] = parameters.Vector(_dim);
        }

        if (_weights.Length > 0)
        {
            parameters.Name("fm_a", _heads, _dim, (head, d) => _weights[head].Start + d, 0, start: 1);
        }
    }

    /// <summary>[samples × D] f.</summary>
    public int Factors => _factors;

    public override int GradientPieces => _weights.Length;

    public override void GroupForward(Pass pass, int first, int count)
    {
        PanelMatrix sums = pass[_groupSums], squares = pass[_groupSquares];
        PanelVectors.Clear(sums, first, count);
        PanelVectors.Clear(squares, first, count);
        Accumulate(pass[_inputs.User], isUser: true, first, count, sums, squares);
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix sums = pass[_sums], factors = pass[_factors];
        PanelVectors.CopyRows(pass[_groupSums], pass.Groups.GroupOf.Slice(first, count), sums, first);
        PanelVectors.CopyRows(pass[_groupSquares], pass.Groups.GroupOf.Slice(first, count), factors, first);
        Accumulate(pass[_inputs.Item], isUser: false, first, count, sums, factors);
        for (int panel = 0; panel < factors.Panels; panel++)
        {
            FactorizationMachine.Finish(sums.Panel(panel, first, count), factors.Panel(panel, first, count));
        }

        for (int head = 0; head < _weights.Length; head++)
        {
            PanelVectors.AddDots(
                factors, _parameters.Weights(_weights[head])[.._padded], 0, first, count, pass.Logits[((first * _heads) + head)..], _heads);
        }

        if (_joins >= 0)
        {
            PanelVectors.CopyColumns(factors, 0, pass[_inputs.Item], _joins, _dim, first, count);
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix gradient = pass[_factorGradient];
        if (_joins >= 0)
        {
            PanelVectors.CopyColumns(pass[_inputs.ItemGradient], _joins, gradient, 0, _dim, first, count);
        }
        else
        {
            PanelVectors.Clear(gradient, first, count);
        }

        for (int head = 0; head < _weights.Length; head++)
        {
            PanelVectors.AddOuter(
                _parameters.Weights(_weights[head])[.._padded], pass.LogitGradients[((first * _heads) + head)..], _heads, first, count, gradient);
        }

        PanelMatrix item = pass[_inputs.ItemGradient];
        if (_ownsGradient)
        {
            PanelVectors.Clear(item, first, count);
        }

        foreach (InputPlace slot in _slots)
        {
            if (!slot.IsUser)
            {
                FactorizationMachine.Backward(gradient, pass[_sums], pass[_inputs.Item], slot.Column, item, first, count);
            }
        }
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        // Σ over the group's samples of df∘(sum − v) = Σ df∘sum − v∘Σ df: the user's v is the same for all of them.
        PanelMatrix gradient = pass[_factorGradient], sums = pass[_sums], user = pass[_inputs.UserGradient];
        PanelMatrix total = pass[_groupFactorGradient], products = pass[_groupProducts];
        PanelVectors.SumGroups(gradient, pass.Groups.Starts, first, count, total);
        FactorizationMachine.SumProducts(gradient, sums, pass.Groups.Starts, first, count, products);
        if (_ownsGradient)
        {
            PanelVectors.Clear(user, first, count);
        }

        foreach (InputPlace slot in _slots)
        {
            if (slot.IsUser)
            {
                FactorizationMachine.BackwardGroups(total, products, pass[_inputs.User], slot.Column, user, first, count);
            }
        }
    }

    public override void Gradient(Pass pass, int piece) => PanelVectors.WeightedSum(
        pass[_factors], pass.LogitGradients[piece..], _heads, pass.SampleCount, _parameters.Gradients(_weights[piece])[.._padded]);

    private void Accumulate(in PanelMatrix inputs, bool isUser, int first, int count, in PanelMatrix sums, in PanelMatrix squares)
    {
        foreach (InputPlace slot in _slots)
        {
            if (slot.IsUser == isUser)
            {
                FactorizationMachine.Accumulate(inputs, slot.Column, sums, squares, first, count);
            }
        }
    }
}
