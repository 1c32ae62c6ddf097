namespace Freshet.Core.Snapshots;

/// <summary>What one feature snapshot holds, in the model's order.</summary>
/// <param name="Slots">[S] names of the slots.</param>
/// <param name="Dense">[M] names of the dense features.</param>
/// <param name="HistoryLength">L, the longest history; 0 where the scene has none.</param>
/// <param name="HistoryItemSlot">Index of the slot whose table holds history items; -1 where the scene has no history.</param>
/// <param name="Tasks">[T] names of the tasks, in the order of the behaviour tree.</param>
/// <param name="Targets">[R] names of the regressions, in the scene's order.</param>
public sealed record SnapshotSchema(
    IReadOnlyList<string> Slots,
    IReadOnlyList<string> Dense,
    int HistoryLength,
    int HistoryItemSlot,
    IReadOnlyList<string> Tasks,
    IReadOnlyList<string> Targets);
