using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>One layer of several residual networks side by side, each over its own part of the layer below, or all over the same.</summary>
internal sealed class HiddenLayer : Block
{
    private readonly DenseParameters _parameters;
    private readonly PanelMatrix[] _matrices;
    private readonly DenseRange[] _biases;
    private readonly AlignedBuffer _transposes = new();
    private readonly PanelMatrix[] _transposed;
    private readonly bool _projects;
    private readonly bool _isIdentity;
    private readonly bool _sharesInput;
    private readonly int _input;
    private readonly int _inputGradient;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _pre;
    private readonly int _productGradient;
    private readonly int _columns;

    /// <param name="parameters">Where the layer's parameters are reserved.</param>
    /// <param name="plan">Where its matrices are planned.</param>
    /// <param name="input">[samples × networks·inputs] the layer below, each network's part padded to 32.</param>
    /// <param name="inputGradient">Its gradient, written by <see cref="SampleBackward"/>.</param>
    /// <param name="names">Names of the networks' layers: <c>click.1</c>.</param>
    /// <param name="inputs">Units below.</param>
    /// <param name="outputs">Units.</param>
    /// <param name="hasResiduals">Whether the input is added to the output.</param>
    /// <param name="sharesInput">Whether all networks read the same part, [samples × inputs].</param>
    public HiddenLayer(
        DenseParameters parameters, WorkspacePlan plan, int input, int inputGradient, string[] names, int inputs, int outputs, bool hasResiduals,
        bool sharesInput = false)
    {
        _parameters = parameters;
        (_input, _inputGradient) = (input, inputGradient);
        _projects = hasResiduals && inputs != outputs;
        _isIdentity = hasResiduals && inputs == outputs;
        _sharesInput = sharesInput;
        _inputs = PanelMatrix.RoundUp(inputs, PanelMatrix.Wide);
        _outputs = PanelMatrix.RoundUp(outputs, PanelMatrix.Wide);
        _columns = ResidualProduct.Columns(outputs, _projects);
        _matrices = new PanelMatrix[names.Length];
        _biases = new DenseRange[names.Length];
        _transposed = new PanelMatrix[names.Length];
        long size = PanelMatrix.Size(_columns, inputs);
        for (int network = 0; network < names.Length; network++)
        {
            PanelMatrix matrix = parameters.Matrix(inputs, _columns);
            _matrices[network] = matrix;
            _biases[network] = parameters.Vector(outputs);
            _transposed[network] = new PanelMatrix(_transposes, network * size, _columns, inputs);
            LayerNames.Add(parameters, names[network], inputs, outputs, _projects, matrix, row => row, 0, _biases[network], 0);
        }

        _transposes.Grow(size * names.Length);
        _pre = plan.Add(Extent.Sample, names.Length * _outputs, learnOnly: true);
        Output = plan.Add(Extent.Sample, names.Length * _outputs);
        OutputGradient = plan.Add(Extent.Sample, names.Length * _outputs, learnOnly: true);
        _productGradient = plan.Add(Extent.Sample, names.Length * _columns, learnOnly: true);
    }

    /// <summary>[samples × networks·outputs].</summary>
    public int Output { get; }

    /// <summary>Gradient of <see cref="Output"/>; whoever reads the output writes it.</summary>
    public int OutputGradient { get; }

    public override int BackwardPieces => _matrices.Length;

    public override int GradientPieces => _matrices.Length * (_columns / PanelMatrix.Wide);

    public override void PrepareBackward(int piece) =>
        PanelProduct.Transpose(_matrices[piece], 0, _transposed[piece], 0, _columns);

    public override void SampleForward(Pass pass, int first, int count)
    {
        PanelMatrix input = pass[_input], pre = pass.Learns ? pass[_pre] : default, output = pass[Output];
        for (int network = 0; network < _matrices.Length; network++)
        {
            PanelMatrix own = PartOf(input, network);
            ResidualProduct.Forward(
                LayerInput.Of(own), _matrices[network], _projects, _parameters.Weights(_biases[network]), _isIdentity ? own : default, first,
                count, pass.Learns ? pre.Part(network * _outputs, _outputs) : default, output.Part(network * _outputs, _outputs));
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix input = pass[_inputGradient], output = pass[OutputGradient], products = pass[_productGradient];
        ResidualProduct.Gate(pass[_pre], output, _projects, first, count, products);
        for (int network = 0; network < _matrices.Length; network++)
        {
            PanelMatrix own = PartOf(input, network);
            PanelProduct.Multiply(
                products.Part(network * _columns, _columns), _transposed[network], 0, first, count, accumulate: _sharesInput && network > 0, own);
        }

        for (int network = 0; _isIdentity && network < _matrices.Length; network++)
        {
            PanelVectors.Add(PartOf(input, network), output.Part(network * _outputs, _matrices[network].Rows), first, count);
        }
    }

    public override void Gradient(Pass pass, int piece)
    {
        int panels = _columns / PanelMatrix.Wide, network = piece / panels, panel = piece % panels;
        PanelMatrix products = pass[_productGradient].Part(network * _columns, _columns);
        PanelProduct.MultiplyTransposed(
            PartOf(pass[_input], network), products, pass.SampleCount, panel, 0, accumulate: false,
            _parameters.Gradient(_matrices[network]));
        ResidualProduct.BiasGradient(products, _projects, panel, pass.SampleCount, _parameters.Gradients(_biases[network]));
    }

    protected override void Release() => _transposes.Dispose();

    private PanelMatrix PartOf(in PanelMatrix below, int network) =>
        below.Part(_sharesInput ? 0 : network * _inputs, _matrices[network].Rows);
}
