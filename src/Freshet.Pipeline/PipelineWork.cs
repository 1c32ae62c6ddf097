namespace Freshet.Pipeline;

/// <summary>What is due.</summary>
public enum WorkKind
{
    /// <summary>Versions go live.</summary>
    Swap,

    /// <summary>Samples are attributed, and tracks learn.</summary>
    Tick,
}

/// <summary>A piece of work that is due, and when.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">Event time at which it is due, ms since the epoch; of a tick, the cutoff.</param>
public readonly record struct PipelineWork(WorkKind Kind, long At);
