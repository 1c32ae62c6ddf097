namespace Freshet.Scenes;

/// <summary>The network: which blocks there are, and how they become logits (docs/models.md).</summary>
public sealed record ModelOptions
{
    /// <summary>The model of a scene that names none.</summary>
    public const string DefaultName = "esmm-dfm-dmr";

    /// <summary>
    /// Name in the zoo: <c>lr</c>, <c>fm</c>, <c>wide-deep</c>, <c>deepfm</c>, <c>esmm</c>, <c>esmm-dfm</c>, <c>esmm-dfm-dmr</c>,
    /// <c>din</c>, <c>mmoe</c>, <c>ple</c> or <c>dcn-v2</c>. Default: <see cref="DefaultName"/>.
    /// </summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>How tasks become probabilities. Null (default): by the model, see <see cref="TaskLinks"/>.</summary>
    public TaskLinks? Tasks { get; init; }

    /// <summary>D, floats per embedding row, 1 to 256. Default: 16.</summary>
    public int Dim { get; init; } = 16;

    /// <summary>Units of each layer of a tower, each 1 to 4096. Default: 256, 128, 64.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [256, 128, 64];

    /// <summary>Each layer adds P·h to its output; false: plain ReLU layers. Default: true.</summary>
    public bool Residual { get; init; } = true;

    /// <summary>What becomes the logit. Default: the sum of the blocks.</summary>
    public LogitHead Head { get; init; }

    /// <summary>Attention over the user's history.</summary>
    public AttentionOptions Attention { get; init; } = new();

    /// <summary>Experts of <c>mmoe</c> and <c>ple</c>.</summary>
    public ExpertOptions Experts { get; init; } = new();

    /// <summary>The cross network of <c>dcn-v2</c>.</summary>
    public CrossNetworkOptions Cross { get; init; } = new();

    /// <summary>Learns a bias per (task, surface, position) that ranking holds constant. Default: true.</summary>
    public bool PositionBias { get; init; } = true;

    /// <summary>The position that ranking assumes for every candidate; null: the bias of "no position". Default: null.</summary>
    public int? ReferencePosition { get; init; }

    /// <summary>Seeds all initial values and everything drawn in training. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Whether probabilities multiply along the behaviour tree: as <see cref="Tasks"/> says, else false for <c>lr</c>,
    /// <c>fm</c>, <c>wide-deep</c> and <c>deepfm</c> and true for all others.
    /// </summary>
    public bool UsesTree => Tasks is { } links ? links == TaskLinks.Tree : Name is not ("lr" or "fm" or "wide-deep" or "deepfm");
}
