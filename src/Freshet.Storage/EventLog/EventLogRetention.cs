namespace Freshet.Storage.EventLog;

/// <summary>What an event log keeps at least; whole segment files beyond that are removed.</summary>
public sealed record EventLogRetention
{
    /// <summary>Segments whose last write is older go. Default: none goes by age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Bytes a partition beyond which the oldest segments go. Default: none goes by size.</summary>
    public long? MaxPartitionSize { get; init; }
}
