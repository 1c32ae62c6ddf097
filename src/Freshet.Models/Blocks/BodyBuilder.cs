using Freshet.Models.Batches;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>Collects the blocks between h_0 and the logits, in the order of their forward pass.</summary>
internal sealed class BodyBuilder(ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs)
{
    private readonly List<Block> _blocks = [];

    public ModelShape Shape { get; } = shape;

    public DenseParameters Parameters { get; } = parameters;

    public WorkspacePlan Plan { get; } = plan;

    /// <summary>h_0.</summary>
    public ModelInputs Inputs { get; } = inputs;

    /// <summary>What was added.</summary>
    public IEnumerable<Block> Blocks => _blocks;

    public TBlock Add<TBlock>(TBlock block)
        where TBlock : Block
    {
        _blocks.Add(block);
        return block;
    }

    /// <summary>Adds a matrix and its gradient, for what is no layer.</summary>
    public LayerOutput AddMatrix(int networks, int units)
    {
        int columns = networks == 1 ? units : networks * Kernels.PanelMatrix.RoundUp(units, Kernels.PanelMatrix.Wide);
        return new LayerOutput(Plan.Add(Extent.Sample, columns), Plan.Add(Extent.Sample, columns, learnOnly: true), units);
    }

    /// <summary>Adds residual networks over h_0, side by side; their layers are named <c>NAME.0</c>, <c>NAME.1</c>, …</summary>
    /// <param name="names">Names of the networks.</param>
    /// <param name="units">Units of each layer, one layer at least.</param>
    public LayerOutput AddNetworks(IReadOnlyList<string> names, IReadOnlyList<int> units)
    {
        InputLayer first = Add(new InputLayer(Shape, Parameters, Plan, Inputs, names, units[0], Shape.HasResiduals));
        return AddLayers(new LayerOutput(first.Output, first.OutputGradient, units[0]), names, units, firstLayer: 1);
    }

    /// <summary>Adds the layers of residual networks, from one on.</summary>
    /// <param name="below">The layer below, of as many networks.</param>
    /// <param name="names">Names of the networks.</param>
    /// <param name="units">Units of all layers, those that are there already included.</param>
    /// <param name="firstLayer">The first that is added.</param>
    /// <param name="sharesInput">Whether there is but one network below, which all read.</param>
    public LayerOutput AddLayers(
        LayerOutput below, IReadOnlyList<string> names, IReadOnlyList<int> units, int firstLayer = 0, bool sharesInput = false)
    {
        for (int number = firstLayer; number < units.Count; number++)
        {
            HiddenLayer layer = Add(new HiddenLayer(
                Parameters, Plan, below.Matrix, below.Gradient, [.. names.Select(name => $"{name}.{number}")], below.Units, units[number],
                Shape.HasResiduals, sharesInput && number == firstLayer));
            below = new LayerOutput(layer.Output, layer.OutputGradient, units[number]);
        }

        return below;
    }

    /// <summary>Adds a residual tower per head over a part of its own, or over one part that all share, and the logits.</summary>
    public void AddTowers(LayerOutput below, bool sharesInput = false) =>
        AddLogits(AddLayers(below, Shape.HeadNames, Shape.Layers, sharesInput: sharesInput));

    /// <summary>Adds the logits over the top of the towers.</summary>
    public void AddLogits(LayerOutput top) => Add(new LogitUnits(Shape, Parameters, top));
}
