namespace Freshet.Storage.EventLog.Inspection;

/// <summary>What is in an event log; the fields of its JSON are in docs/formats.md.</summary>
public sealed record EventLogReport
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>Bytes of a segment file.</summary>
    public required long SegmentSize { get; init; }

    /// <summary>What is in each partition.</summary>
    public required IReadOnlyList<PartitionReport> Partitions { get; init; }

    /// <summary>Payloads of all partitions.</summary>
    public long Records => Partitions.Sum(partition => partition.Records);

    /// <summary>Bytes of all payloads.</summary>
    public long Bytes => Partitions.Sum(partition => partition.Bytes);

    /// <summary>Payloads that are events.</summary>
    public long Events => Partitions.Sum(partition => partition.Events);

    /// <summary>Payloads that are not events.</summary>
    public long Malformed => Partitions.Sum(partition => partition.Malformed);

    /// <summary>Events by type, the most frequent first, then by name.</summary>
    public required IReadOnlyList<EventTypeCount> Types { get; init; }

    /// <summary>The first malformed payloads, at most <see cref="EventLogInspector.MaxMalformedShown"/>.</summary>
    public required IReadOnlyList<MalformedPayload> MalformedPayloads { get; init; }

    /// <summary>What is damaged; empty where nothing is.</summary>
    public required IReadOnlyList<EventLogDamage> Damage { get; init; }
}

/// <summary>What is in one partition.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="BeginOffset">Offset of the first payload that is kept.</param>
/// <param name="EndOffset">Offset after the last acknowledged payload.</param>
/// <param name="Records">Payloads that could be read.</param>
/// <param name="Bytes">Bytes of those.</param>
/// <param name="Events">Those that are events.</param>
/// <param name="Malformed">Those that are not; payloads of white space alone are neither.</param>
/// <param name="FirstAt">Earliest event time, ms since the epoch; null without events.</param>
/// <param name="LastAt">Latest event time.</param>
/// <param name="FirstArrival">Earliest arrival: received_at, or at where an event has none.</param>
/// <param name="LastArrival">Latest arrival.</param>
/// <param name="UnacknowledgedBytes">Bytes behind the end: appended, never acknowledged, and not delivered.</param>
public sealed record PartitionReport(
    int Partition, long BeginOffset, long EndOffset, long Records, long Bytes, long Events, long Malformed, long? FirstAt, long? LastAt,
    long? FirstArrival, long? LastArrival, long UnacknowledgedBytes);

/// <summary>How many events have a type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Events">How many.</param>
public sealed record EventTypeCount(string Type, long Events);

/// <summary>A payload that is not an event.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Byte">Where in it the fault shows, from 0.</param>
/// <param name="Reason">Why it is not an event.</param>
public sealed record MalformedPayload(int Partition, long Offset, int Byte, string Reason);

/// <summary>Something in a log that is not as it was written.</summary>
/// <param name="Partition">Where.</param>
/// <param name="Kind">torn_commit, unreadable (from an offset on), or unusable (the whole partition).</param>
/// <param name="Offset">Offset from which nothing can be read; null where that is not known.</param>
/// <param name="What">What is wrong, what can still be read, and what to do.</param>
public sealed record EventLogDamage(int Partition, string Kind, long? Offset, string What);
