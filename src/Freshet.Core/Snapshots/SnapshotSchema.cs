using Freshet.Core.Scenes;

namespace Freshet.Core.Snapshots;

/// <summary>What one feature snapshot holds, in the model's order.</summary>
public sealed class SnapshotSchema
{
    /// <summary>The schema of <paramref name="scene"/>.</summary>
    public SnapshotSchema(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        Slots = scene.Slots;
        Dense = scene.Dense;
        HistoryLength = scene.History.Length;
        HistoryItemSlot = scene.History.ItemSlot;
        Targets = [.. scene.Regressions.Select(regression => regression.Name)];
        Tasks = [.. scene.Behaviours.Select(behaviour => behaviour.Name)];
    }

    /// <summary>S slots.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>M dense features.</summary>
    public IReadOnlyList<DenseFeature> Dense { get; }

    /// <summary>L, the longest history; 0 where the scene has none.</summary>
    public int HistoryLength { get; }

    /// <summary>Index of the slot whose table holds history items; -1 where the scene has no history.</summary>
    public int HistoryItemSlot { get; }

    /// <summary>T tasks, in the order of the behaviour tree.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>R targets: the regressions, in the scene's order.</summary>
    public IReadOnlyList<string> Targets { get; }
}
