namespace Freshet.Pipeline.Joining;

/// <summary>Settings of a <see cref="JoinRun"/>.</summary>
public sealed record JoinRunOptions
{
    /// <summary>
    /// Events that arrived later do not count, ms since the epoch, and identities too young for it are held back. Null (default): all count, all
    /// days come out, and nothing is held back.
    /// </summary>
    public long? Cutoff { get; init; }

    /// <summary>Also a cutoff at every multiple of this time that the events pass, &gt; 0; null (default): one cutoff, at the end.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Window and immediate mode: whether samples that still wait at the end leave too. No effect in cumulative mode. Default: false.</summary>
    public bool Drains { get; init; }

    /// <summary>
    /// Time of the process between checkpoints, &gt; 0; with <see cref="Every"/> there is one behind each cutoff too. It decides when a checkpoint is
    /// made, never what is joined. A full one every 10 min. Default: 30 s.
    /// </summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tells the time between checkpoints. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Bytes that the process may have in memory, &gt; 0; more, and the run stops with a message, its last checkpoint whole. Default: 3/4 of what the
    /// machine or its container has.
    /// </summary>
    public long MemoryBudget { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
}
