using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models.Blocks;

/// <summary>
/// A cross network over the whole of h_0: <c>x_0 = h_0;  x_(l+1) = x_0∘(W_l x_l + b_l) + x_l</c>; residual towers stand on its last x.
/// </summary>
/// <remarks>
/// h_0 is one row a sample here, in the order of docs/models.md, as every element meets every other. Source: Wang et al., WWW 2021, equation 1,
/// https://doi.org/10.1145/3442381.3450078, in the stacked form of its section 3.3, with full matrices.
/// </remarks>
internal sealed class CrossNetwork : Block
{
    private readonly DenseParameters _parameters;
    private readonly ModelInputs _inputs;
    private readonly JoinedInput _start;
    private readonly PanelMatrix[] _matrices;
    private readonly DenseRange[] _biases;
    private readonly AlignedBuffer _transposes = new();
    private readonly PanelMatrix[] _transposed;
    private readonly int _top;
    private readonly int[] _current;
    private readonly int[] _z;
    private readonly int[] _zGradient;
    private readonly int _gradient;
    private readonly int _startGradient;

    public CrossNetwork(ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs)
    {
        _parameters = parameters;
        _inputs = inputs;
        _start = new JoinedInput(plan, inputs, shape.Layout);
        int layers = shape.Scene.Model.Cross.Layers, columns = shape.Layout.Inputs, padded = PanelMatrix.RoundUp(columns, PanelMatrix.Wide);
        _matrices = new PanelMatrix[layers];
        _biases = new DenseRange[layers];
        _transposed = new PanelMatrix[layers];
        _current = new int[layers];
        _z = new int[layers];
        _zGradient = new int[layers];
        _top = plan.Add(Extent.Sample, padded);
        for (int layer = 0; layer < layers; layer++)
        {
            _matrices[layer] = parameters.Matrix(columns, padded);
            _biases[layer] = parameters.Vector(columns);
            parameters.NameTransposed($"cross.W_{layer}", _matrices[layer], 0, columns, MathF.Sqrt(6f / (2 * columns)));
            parameters.Name($"cross.b_{layer}", _biases[layer], columns, 0);
            _transposed[layer] = new PanelMatrix(_transposes, layer * PanelMatrix.Size(padded, columns), padded, columns);

            // Ranking needs no x but the last, which it overwrites, and one z.
            _current[layer] = layer == 0 ? _start.Matrix : plan.Add(Extent.Sample, padded, learnOnly: true);
            _z[layer] = plan.Add(Extent.Sample, padded, learnOnly: layer > 0);
            _zGradient[layer] = plan.Add(Extent.Sample, padded, learnOnly: true);
        }

        foreach (int slot in shape.Layout.FrozenSlots)
        {
            parameters.Freeze(_matrices[0], slot * shape.Dim, shape.Dim);
        }

        _transposes.Grow(layers * PanelMatrix.Size(padded, columns));
        _gradient = plan.Add(Extent.Sample, padded, learnOnly: true);
        _startGradient = plan.Add(Extent.Sample, padded, learnOnly: true);
        Output = new LayerOutput(_top, _gradient, columns);
    }

    /// <summary>The last x.</summary>
    public LayerOutput Output { get; }

    public override int BackwardPieces => _matrices.Length;

    public override int GradientPieces => _matrices.Sum(matrix => matrix.Panels);

    public static void Add(BodyBuilder body)
    {
        CrossNetwork cross = body.Add(new CrossNetwork(body.Shape, body.Parameters, body.Plan, body.Inputs));
        body.AddTowers(cross.Output, sharesInput: true);
    }

    public override void PrepareBackward(int piece) =>
        PanelProduct.Transpose(_matrices[piece], 0, _transposed[piece], 0, _matrices[piece].Columns);

    public override void SampleForward(Pass pass, int first, int count)
    {
        _start.Forward(pass, first, count);
        PanelMatrix current = pass[_start.Matrix];
        for (int layer = 0; layer < _matrices.Length; layer++)
        {
            PanelMatrix z = pass[_z[pass.Learns ? layer : 0]];
            PanelMatrix next = pass[pass.Learns && layer + 1 < _matrices.Length ? _current[layer + 1] : _top];
            PanelProduct.Multiply(current.Part(0, _matrices[layer].Rows), _matrices[layer], 0, first, count, accumulate: false, z);
            CrossLayer.Forward(pass[_start.Matrix], current, _parameters.Weights(_biases[layer]), z, first, count, next);
            current = next;
        }
    }

    public override void SampleBackward(Pass pass, int first, int count)
    {
        PanelMatrix gradient = pass[_gradient], startGradient = pass[_startGradient];
        PanelVectors.Clear(startGradient, first, count);
        for (int layer = _matrices.Length - 1; layer >= 0; layer--)
        {
            CrossLayer.Backward(pass[_start.Matrix], pass[_z[layer]], gradient, first, count, startGradient, pass[_zGradient[layer]]);
            PanelProduct.Multiply(
                pass[_zGradient[layer]], _transposed[layer], 0, first, count, accumulate: true, gradient.Part(0, _matrices[layer].Rows));
        }

        PanelVectors.Add(startGradient, gradient, first, count);
        PanelVectors.Clear(pass[_inputs.ItemGradient], first, count);
        _start.BackwardItem(pass, _startGradient, first, count);
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        PanelVectors.Clear(pass[_inputs.UserGradient], first, count);
        _start.BackwardUser(pass, _startGradient, first, count);
    }

    public override void Gradient(Pass pass, int piece)
    {
        int panels = _matrices[0].Panels, layer = piece / panels, panel = piece % panels;
        PanelMatrix products = pass[_zGradient[layer]];
        PanelProduct.MultiplyTransposed(
            pass[_current[layer]].Part(0, _matrices[layer].Rows), products, pass.SampleCount, panel, 0, accumulate: false,
            _parameters.Gradient(_matrices[layer]));
        ResidualProduct.BiasGradient(products, projects: false, panel, pass.SampleCount, _parameters.Gradients(_biases[layer]));
    }

    protected override void Release() => _transposes.Dispose();
}
