namespace Freshet.Core.Ports;

/// <summary>
/// A partitioned, append-only log of events: what stands between those who see events and those who learn from them.
/// </summary>
/// <remarks>
/// A payload is the UTF-8 JSON of one event (docs/formats.md), without a line feed; the log does not look inside. Append
/// is thread-safe; commit, truncation and reading may go on beside it. Offsets grow within a partition and are opaque:
/// the next one is in <see cref="EventLogBatch.NextOffset"/>, not one more.
/// </remarks>
public interface IEventLog : IDisposable
{
    /// <summary>Most partitions that a log can have.</summary>
    const int MaxPartitionCount = 1024;

    /// <summary>How many partitions there are; fixed when the log is created.</summary>
    int PartitionCount { get; }

    /// <summary>Largest payload in bytes.</summary>
    int MaxPayloadSize { get; }

    /// <summary>Appends one payload; it is not acknowledged, and not readable, before the next <see cref="Commit"/> returns.</summary>
    /// <param name="partition">In [0, <see cref="PartitionCount"/>); see <see cref="EventPartition"/>.</param>
    /// <param name="payload">Copied; 1 to <see cref="MaxPayloadSize"/> bytes.</param>
    /// <returns>The payload's offset.</returns>
    /// <exception cref="ArgumentException">The payload is empty or too large; nothing was appended.</exception>
    /// <exception cref="EventLogException">The log cannot take more (a full disk); what was acknowledged stays readable.</exception>
    long Append(int partition, ReadOnlySpan<byte> payload);

    /// <summary>Acknowledges everything appended before the call: it is durable when this returns.</summary>
    /// <exception cref="EventLogException">
    /// Not everything could be made durable; each partition is durable up to its <see cref="EndOffset"/>. The log takes
    /// nothing more until it is opened again.
    /// </exception>
    void Commit();

    /// <summary>Offset of the first payload that is kept.</summary>
    long BeginOffset(int partition);

    /// <summary>Offset after the last acknowledged payload.</summary>
    long EndOffset(int partition);

    /// <summary>Opens a reader that stands at <paramref name="offset"/>; any number may be open, each for one thread.</summary>
    /// <param name="partition">In [0, <see cref="PartitionCount"/>).</param>
    /// <param name="offset">One that the log gave, from <see cref="BeginOffset"/> to <see cref="EndOffset"/>.</param>
    /// <exception cref="EventLogException">The offset was removed, or lies beyond the end.</exception>
    IEventLogReader OpenReader(int partition, long offset);

    /// <summary>Removes payloads before <paramref name="offset"/>, durably; a few of them may stay, none from it on is lost.</summary>
    /// <exception cref="EventLogException">The offset lies beyond the end, or the removal could not be made durable.</exception>
    void TruncateBefore(int partition, long offset);
}
