namespace Freshet.Scenes;

/// <summary>The user's last items, with behaviour and time; most recent first.</summary>
public sealed record HistoryOptions
{
    /// <summary>Items kept, 0 to 50. Default: 0 (no history).</summary>
    public int Length { get; init; }

    /// <summary>Indices in <see cref="Scene.Behaviours"/> that enter the history.</summary>
    public IReadOnlyList<int> Behaviours { get; init; } = [];

    /// <summary>Index of the slot whose table holds the items' rows.</summary>
    public int ItemSlot { get; init; } = -1;
}
