using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>The matrix of a linear layer over <see cref="InputSides"/>: its products, and the gradients of input and matrix.</summary>
/// <remarks>
/// Where samples share their user side, its part of the product is computed once a group, and the gradients of the group's samples are summed
/// before it goes back.
/// </remarks>
internal sealed class SidedMatrix : IDisposable
{
    private readonly DenseParameters _parameters;
    private readonly InputSides _sides;
    private readonly bool _addsGradient;
    private readonly AlignedBuffer _transposes = new();
    private readonly PanelMatrix _userTransposed;
    private readonly PanelMatrix _itemTransposed;
    private readonly int _begun;
    private readonly int _groupGradient;

    /// <param name="parameters">Where the matrix is reserved.</param>
    /// <param name="plan">Where the matrices of groups are planned.</param>
    /// <param name="sides">The input.</param>
    /// <param name="columns">Outputs.</param>
    /// <param name="width">Columns of a panel.</param>
    /// <param name="addsGradient">Whether the gradient of the input is added to; otherwise it is overwritten.</param>
    public SidedMatrix(DenseParameters parameters, WorkspacePlan plan, InputSides sides, int columns, int width, bool addsGradient)
    {
        _parameters = parameters;
        _sides = sides;
        _addsGradient = addsGradient;
        Weights = parameters.Matrix(sides.ItemTop + sides.ItemColumns, columns, width);
        foreach ((int row, int count) in sides.Frozen)
        {
            parameters.Freeze(Weights, row, count);
        }

        long size = PanelMatrix.Size(columns, sides.UserColumns);
        _transposes.Grow(size + PanelMatrix.Size(columns, sides.ItemColumns));
        _userTransposed = new PanelMatrix(_transposes, 0, columns, sides.UserColumns);
        _itemTransposed = new PanelMatrix(_transposes, size, columns, sides.ItemColumns);
        int groupColumns = sides.UserColumns == 0 ? 0 : columns;
        _begun = plan.Add(Extent.Group, groupColumns, width: width);
        _groupGradient = plan.Add(Extent.Group, groupColumns, learnOnly: true, width);
    }

    /// <summary>[rows of <see cref="InputSides.RowOf"/> × outputs].</summary>
    public PanelMatrix Weights { get; }

    private bool HasUser => _sides.UserColumns > 0;

    private bool HasItem => _sides.ItemColumns > 0;

    /// <summary>What the backward pass reads of one panel of outputs.</summary>
    public void PrepareBackward(int panel)
    {
        int first = panel * Weights.Width, count = Math.Min(Weights.Width, Weights.Columns - first);
        PanelProduct.Transpose(Weights, 0, _userTransposed, first, count);
        PanelProduct.Transpose(Weights, _sides.ItemTop, _itemTransposed, first, count);
    }

    /// <summary>The user's part of the product, where samples share it.</summary>
    public void GroupForward(Pass pass, int first, int count)
    {
        if (HasUser && pass.Groups.IsShared)
        {
            PanelProduct.Multiply(pass[_sides.Inputs.User], Weights, 0, first, count, accumulate: false, pass[_begun]);
        }
    }

    /// <summary>The input of samples, for a product that is finished tile by tile.</summary>
    public LayerInput Input(Pass pass)
    {
        PanelMatrix item = HasItem ? pass[_sides.Inputs.Item] : default;
        return !HasUser ? LayerInput.Of(item)
            : pass.Groups.IsShared ? LayerInput.From(pass[_begun], pass.Groups.GroupOf, item, _sides.ItemTop)
            : LayerInput.Of(pass[_sides.Inputs.User], item, _sides.ItemTop);
    }

    /// <summary>The product of samples.</summary>
    public void SampleForward(Pass pass, int first, int count, in PanelMatrix products)
    {
        if (HasUser && pass.Groups.IsShared)
        {
            PanelVectors.CopyRows(pass[_begun], pass.Groups.GroupOf.Slice(first, count), products, first);
        }
        else if (HasUser)
        {
            PanelProduct.Multiply(pass[_sides.Inputs.User], Weights, 0, first, count, accumulate: false, products);
        }

        if (HasItem)
        {
            PanelProduct.Multiply(pass[_sides.Inputs.Item], Weights, _sides.ItemTop, first, count, accumulate: HasUser, products);
        }
    }

    /// <summary>The gradient of the samples' input, from that of the products; the user's part is left for the groups, where samples share it.</summary>
    public void SampleBackward(Pass pass, in PanelMatrix gradient, int first, int count)
    {
        if (HasItem)
        {
            PanelProduct.Multiply(gradient, _itemTransposed, 0, first, count, _addsGradient, pass[_sides.Inputs.ItemGradient]);
        }

        if (HasUser && !pass.Groups.IsShared)
        {
            PanelProduct.Multiply(gradient, _userTransposed, 0, first, count, _addsGradient, pass[_sides.Inputs.UserGradient]);
        }
    }

    /// <summary>The gradient of the user's part of the input, where samples share it.</summary>
    public void GroupBackward(Pass pass, in PanelMatrix gradient, int first, int count)
    {
        if (HasUser && pass.Groups.IsShared)
        {
            PanelVectors.SumGroups(gradient, pass.Groups.Starts, first, count, pass[_groupGradient]);
            PanelProduct.Multiply(pass[_groupGradient], _userTransposed, 0, first, count, _addsGradient, pass[_sides.Inputs.UserGradient]);
        }
    }

    /// <summary>The gradient of one panel of outputs.</summary>
    public void Gradient(Pass pass, in PanelMatrix gradient, int panel)
    {
        PanelMatrix weights = _parameters.Gradient(Weights);
        if (HasUser)
        {
            (PanelMatrix source, int rows) = pass.Groups.IsShared ? (pass[_groupGradient], pass.Groups.Count) : (gradient, pass.SampleCount);
            PanelProduct.MultiplyTransposed(pass[_sides.Inputs.User], source, rows, panel, 0, accumulate: false, weights);
        }

        if (HasItem)
        {
            PanelProduct.MultiplyTransposed(pass[_sides.Inputs.Item], gradient, pass.SampleCount, panel, _sides.ItemTop, accumulate: false, weights);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transposes.Dispose();
}
