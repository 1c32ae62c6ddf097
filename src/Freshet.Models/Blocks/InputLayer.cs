using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>The first layer of several networks that share h_0: their matrices stand side by side, so one product serves all.</summary>
/// <remarks>
/// Where samples share their user side, its part of the product is computed once a group, and the gradients of the group's samples are summed
/// before it goes back.
/// </remarks>
internal sealed class InputLayer : Block
{
    private readonly DenseParameters _parameters;
    private readonly InputLayout _layout;
    private readonly ModelInputs _inputs;
    private readonly PanelMatrix _matrix;
    private readonly DenseRange _biases;
    private readonly AlignedBuffer _transposes = new();
    private readonly PanelMatrix _userTransposed;
    private readonly PanelMatrix _itemTransposed;
    private readonly JoinedInput? _identity;
    private readonly bool _projects;
    private readonly int _begun;
    private readonly int _pre;
    private readonly int _productGradient;
    private readonly int _groupGradient;

    /// <param name="shape">The model.</param>
    /// <param name="parameters">Where the layer's parameters are reserved.</param>
    /// <param name="plan">Where its matrices are planned.</param>
    /// <param name="inputs">h_0.</param>
    /// <param name="names">Names of the networks; their first layers are <c>NAME.0</c>.</param>
    /// <param name="outputs">Units of each.</param>
    /// <param name="hasResiduals">Whether the input is added to the output.</param>
    public InputLayer(
        ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs, IReadOnlyList<string> names, int outputs,
        bool hasResiduals)
    {
        _parameters = parameters;
        _inputs = inputs;
        _layout = shape.Layout;
        _projects = hasResiduals && _layout.Inputs != outputs;
        int padded = PanelMatrix.RoundUp(outputs, PanelMatrix.Wide), columns = ResidualProduct.Columns(outputs, _projects);
        _matrix = parameters.Matrix(_layout.MatrixRows, names.Count * columns);
        _biases = parameters.Vector(names.Count * padded);
        int[] rowOf = _layout.MatrixRowOf();
        for (int network = 0; network < names.Count; network++)
        {
            LayerNames.Add(
                parameters, $"{names[network]}.0", _layout.Inputs, outputs, _projects, _matrix, input => rowOf[input], network * columns, _biases,
                network * padded);
        }

        long size = PanelMatrix.Size(_matrix.Columns, _layout.UserColumns);
        _transposes.Grow(size + PanelMatrix.Size(_matrix.Columns, _layout.ItemColumns));
        _userTransposed = new PanelMatrix(_transposes, 0, _matrix.Columns, _layout.UserColumns);
        _itemTransposed = new PanelMatrix(_transposes, size, _matrix.Columns, _layout.ItemColumns);
        _begun = plan.Add(Extent.Group, _matrix.Columns);
        _pre = plan.Add(Extent.Sample, names.Count * padded, learnOnly: true);
        Output = plan.Add(Extent.Sample, names.Count * padded);
        OutputGradient = plan.Add(Extent.Sample, names.Count * padded, learnOnly: true);
        _productGradient = plan.Add(Extent.Sample, _matrix.Columns, learnOnly: true);
        _groupGradient = plan.Add(Extent.Group, _matrix.Columns, learnOnly: true);
        if (hasResiduals && !_projects)
        {
            _identity = new JoinedInput(plan, inputs, _layout, names.Count);
        }
    }

    /// <summary>[samples × networks·outputs], each network's part padded to 32.</summary>
    public int Output { get; }

    /// <summary>Gradient of <see cref="Output"/>; whoever reads the output writes it.</summary>
    public int OutputGradient { get; }

    public override int BackwardPieces => _matrix.Panels;

    public override int GradientPieces => _matrix.Panels;

    public override void PrepareBackward(int piece)
    {
        int first = piece * PanelMatrix.Wide, count = Math.Min(PanelMatrix.Wide, _matrix.Columns - first);
        PanelProduct.Transpose(_matrix, 0, _userTransposed, first, count);
        PanelProduct.Transpose(_matrix, _layout.ItemTop, _itemTransposed, first, count);
    }

    public override void GroupForward(Pass pass, int first, int count)
    {
        if (pass.Groups.IsShared && _layout.UserColumns > 0)
        {
            PanelProduct.Multiply(pass[_inputs.User], _matrix, 0, first, count, accumulate: false, pass[_begun]);
        }
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix residual = default;
        if (_identity is not null)
        {
            _identity.Forward(pass, first, count);
            residual = pass[_identity.Matrix];
        }

        ResidualProduct.Forward(
            Input(pass), _matrix, _projects, _parameters.Weights(_biases), residual, first, count, pass.Learns ? pass[_pre] : default,
            pass[Output]);
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix products = pass[_productGradient];
        ResidualProduct.Gate(pass[_pre], pass[OutputGradient], _projects, first, count, products);
        if (_layout.ItemColumns > 0)
        {
            PanelProduct.Multiply(products, _itemTransposed, 0, first, count, accumulate: false, pass[_inputs.ItemGradient]);
        }

        if (!pass.Groups.IsShared && _layout.UserColumns > 0)
        {
            PanelProduct.Multiply(products, _userTransposed, 0, first, count, accumulate: false, pass[_inputs.UserGradient]);
            _identity?.BackwardUser(pass, OutputGradient, first, count);
        }

        _identity?.BackwardItem(pass, OutputGradient, first, count);
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        if (pass.Groups.IsShared && _layout.UserColumns > 0)
        {
            PanelVectors.SumGroups(pass[_productGradient], pass.Groups.Starts, first, count, pass[_groupGradient]);
            PanelProduct.Multiply(pass[_groupGradient], _userTransposed, 0, first, count, accumulate: false, pass[_inputs.UserGradient]);
            _identity?.BackwardUser(pass, OutputGradient, first, count);
        }
    }

    public override void Gradient(Pass pass, int piece)
    {
        PanelMatrix products = pass[_productGradient], gradient = _parameters.Gradient(_matrix);
        if (_layout.UserColumns > 0)
        {
            (PanelMatrix source, int rows) = pass.Groups.IsShared
                ? (pass[_groupGradient], pass.Groups.Count)
                : (products, pass.SampleCount);
            PanelProduct.MultiplyTransposed(pass[_inputs.User], source, rows, piece, 0, accumulate: false, gradient);
        }

        if (_layout.ItemColumns > 0)
        {
            PanelProduct.MultiplyTransposed(pass[_inputs.Item], products, pass.SampleCount, piece, _layout.ItemTop, accumulate: false, gradient);
        }

        ResidualProduct.BiasGradient(products, _projects, piece, pass.SampleCount, _parameters.Gradients(_biases));
    }

    protected override void Release() => _transposes.Dispose();

    private LayerInput Input(Pass pass)
    {
        PanelMatrix item = _layout.ItemColumns > 0 ? pass[_inputs.Item] : default;
        return _layout.UserColumns == 0 ? LayerInput.Of(item)
            : pass.Groups.IsShared ? LayerInput.From(pass[_begun], pass.Groups.GroupOf, item, _layout.ItemTop)
            : LayerInput.Of(pass[_inputs.User], item, _layout.ItemTop);
    }
}
