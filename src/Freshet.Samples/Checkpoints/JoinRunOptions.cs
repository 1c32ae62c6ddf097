namespace Freshet.Samples.Checkpoints;

/// <summary>Settings of a <see cref="JoinRun"/>.</summary>
public sealed record JoinRunOptions
{
    /// <summary>Event time between cutoffs, &gt; 0. Default: 15 min.</summary>
    public TimeSpan CutoffEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Nothing that arrived after this time counts, ms since the epoch, and identities too young for it are held back; null (default): all of the input.</summary>
    public long? Until { get; init; }

    /// <summary>Window mode: open entries leave at the end of the input. Default: false.</summary>
    public bool Drain { get; init; }

    /// <summary>
    /// Bytes that the process may have in memory, &gt; 0; more, and the run stops with a message, its last checkpoint whole. Default: 3/4 of what the
    /// machine or its container has.
    /// </summary>
    public long MemoryBudget { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
}
