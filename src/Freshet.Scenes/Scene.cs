using Freshet.Core.Snapshots;

namespace Freshet.Scenes;

/// <summary>
/// Everything Freshet must know of one recommendation scene: its behaviours, features, model, and schedules.
/// </summary>
/// <remarks>Read from <c>scene.yaml</c> by <c>SceneFile</c>, which reports every mistake at once. Immutable.</remarks>
public sealed record Scene
{
    /// <summary>Name of the scene: letters, digits, '-' and '_'; it names folders.</summary>
    public required string Name { get; init; }

    /// <summary>The scene's days and hours are those of this zone. Default: UTC.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The behaviour tree, parents before their children; each is a label and a task. At most 32.</summary>
    public required IReadOnlyList<Behaviour> Behaviours { get; init; }

    /// <summary>Numbers that the model learns beside the tasks. At most 16.</summary>
    public IReadOnlyList<Regression> Regressions { get; init; } = [];

    /// <summary>Event types that feed features and are no behaviours.</summary>
    public IReadOnlyList<string> Signals { get; init; } = [];

    /// <summary>Real-time windows.</summary>
    public IReadOnlyList<Counter> Counters { get; init; } = [];

    /// <summary>Sparse features, in the order of the model's input.</summary>
    public required IReadOnlyList<Slot> Slots { get; init; }

    /// <summary>Dense features, in the order of the model's input.</summary>
    public IReadOnlyList<DenseFeature> Dense { get; init; } = [];

    /// <summary>The user's history. Length 0 switches it off.</summary>
    public HistoryOptions History { get; init; } = new();

    /// <summary>User × item closeness.</summary>
    public ClosenessOptions Closeness { get; init; } = new();

    /// <summary>How event files are put in order of arrival.</summary>
    public ArrivalOptions Arrival { get; init; } = new();

    /// <summary>How behaviours become labels.</summary>
    public AttributionOptions Attribution { get; init; } = new();

    /// <summary>Sample files.</summary>
    public SampleOptions Samples { get; init; } = new();

    /// <summary>The network.</summary>
    public ModelOptions Model { get; init; } = new();

    /// <summary>Base, increments, optimisers.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>What a version must pass before it is published.</summary>
    public GateOptions Gates { get; init; } = new();

    /// <summary>How much is kept of what grows.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>Publishing.</summary>
    public SyncOptions Sync { get; init; } = new();

    /// <summary>Time between two versions of the model within a day: of increments, or in streaming of <see cref="SyncOptions.Every"/>.</summary>
    public TimeSpan UpdateEvery => Training.IsStreaming ? Sync.Every : Training.IncrementEvery;

    /// <summary>Ranking.</summary>
    public ServingOptions Serving { get; init; } = new();

    /// <summary>
    /// Whether left-out negatives (<see cref="TrainingOptions.NegativesKept"/>) are made good by a constant added to served logits: only where
    /// one task is the root of all and no row is weighted by what the model says. Elsewhere the negatives that are kept weigh more.
    /// </summary>
    public bool CorrectsLogits => Training.DelayedLoss == DelayedLoss.Plain && Behaviours.Count(behaviour => behaviour.Parent < 0 || !Model.UsesTree) == 1;

    /// <summary>What one feature snapshot of this scene holds.</summary>
    public SnapshotSchema SnapshotSchema() => new(
        [.. Slots.Select(slot => slot.Name)],
        [.. Dense.Select(dense => dense.Name)],
        History.Length,
        History.ItemSlot,
        [.. Behaviours.Select(behaviour => behaviour.Name)],
        [.. Regressions.Select(regression => regression.Name)]);
}
