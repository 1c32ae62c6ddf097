namespace Freshet.Experiments.Joining;

/// <summary>What a join attributes.</summary>
public sealed record JoinOptions
{
    /// <summary>Events that arrived later do not count, ms since the epoch. Null (default): all count, all days come out, and nothing is held back.</summary>
    public long? Cutoff { get; init; }

    /// <summary>Window and immediate mode: whether samples that still wait at the end leave too. No effect in cumulative mode. Default: false.</summary>
    public bool Drains { get; init; }
}
