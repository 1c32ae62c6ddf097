namespace Freshet.Core.Ports;

/// <summary>Reads one partition of an <see cref="IEventLog"/> in order; for one thread at a time.</summary>
public interface IEventLogReader : IDisposable
{
    /// <summary>Offset of the payload that comes next; opening a reader here goes on without a gap.</summary>
    long Offset { get; }

    /// <summary>
    /// Replaces the content of <paramref name="batch"/> with the next acknowledged payloads; false, with an empty batch,
    /// where there are none yet. Never waits.
    /// </summary>
    /// <exception cref="EventLogException">
    /// What comes next was removed by retention or is damaged; the reader stays where it was. The batch holds nothing that counts.
    /// </exception>
    bool TryRead(EventLogBatch batch);
}
