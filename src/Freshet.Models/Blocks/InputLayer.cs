using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>The first layer of several networks that share h_0: their matrices stand side by side, so one product serves all.</summary>
internal sealed class InputLayer : Block
{
    private readonly DenseParameters _parameters;
    private readonly bool _hasUser;
    private readonly SidedMatrix _matrix;
    private readonly DenseRange _biases;
    private readonly JoinedInput? _identity;
    private readonly bool _projects;
    private readonly int _pre;
    private readonly int _productGradient;

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
        InputLayout layout = shape.Layout;
        _hasUser = layout.UserColumns > 0;
        _projects = hasResiduals && layout.Inputs != outputs;
        int padded = PanelMatrix.RoundUp(outputs, PanelMatrix.Wide), columns = ResidualProduct.Columns(outputs, _projects);
        var sides = InputSides.Of(inputs, layout, shape.Dim);
        _matrix = new SidedMatrix(parameters, plan, sides, names.Count * columns, PanelMatrix.Wide, addsGradient: false);
        _biases = parameters.Vector(names.Count * padded);
        for (int network = 0; network < names.Count; network++)
        {
            LayerNames.Add(
                parameters, $"{names[network]}.0", layout.Inputs, outputs, _projects, _matrix.Weights, input => sides.RowOf[input], network * columns, _biases,
                network * padded);
        }

        _pre = plan.Add(Extent.Sample, names.Count * padded, learnOnly: true);
        Output = plan.Add(Extent.Sample, names.Count * padded);
        OutputGradient = plan.Add(Extent.Sample, names.Count * padded, learnOnly: true);
        _productGradient = plan.Add(Extent.Sample, _matrix.Weights.Columns, learnOnly: true);
        if (hasResiduals && !_projects)
        {
            _identity = new JoinedInput(plan, inputs, layout, names.Count);
        }
    }

    /// <summary>[samples × networks·outputs], each network's part padded to 32.</summary>
    public int Output { get; }

    /// <summary>Gradient of <see cref="Output"/>; whoever reads the output writes it.</summary>
    public int OutputGradient { get; }

    public override int BackwardPieces => _matrix.Weights.Panels;

    public override int GradientPieces => _matrix.Weights.Panels;

    public override void PrepareBackward(int piece) => _matrix.PrepareBackward(piece);

    public override void GroupForward(Pass pass, int first, int count) => _matrix.GroupForward(pass, first, count);

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix residual = default;
        if (_identity is not null)
        {
            _identity.Forward(pass, first, count);
            residual = pass[_identity.Matrix];
        }

        ResidualProduct.Forward(
            _matrix.Input(pass), _matrix.Weights, _projects, _parameters.Weights(_biases), residual, first, count, pass.Learns ? pass[_pre] : default,
            pass[Output]);
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix products = pass[_productGradient];
        ResidualProduct.Gate(pass[_pre], pass[OutputGradient], _projects, first, count, products);
        _matrix.SampleBackward(pass, products, first, count);
        if (_hasUser && !pass.Groups.IsShared)
        {
            _identity?.BackwardUser(pass, OutputGradient, first, count);
        }

        _identity?.BackwardItem(pass, OutputGradient, first, count);
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        _matrix.GroupBackward(pass, pass[_productGradient], first, count);
        if (_hasUser && pass.Groups.IsShared)
        {
            _identity?.BackwardUser(pass, OutputGradient, first, count);
        }
    }

    public override void Gradient(Pass pass, int piece)
    {
        PanelMatrix products = pass[_productGradient];
        _matrix.Gradient(pass, products, piece);
        ResidualProduct.BiasGradient(products, _projects, piece, pass.SampleCount, _parameters.Gradients(_biases));
    }

    protected override void Release() => _matrix.Dispose();
}
