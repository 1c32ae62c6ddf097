using System.Buffers;
using Freshet.Core.Ports;

namespace Freshet.Core.Events;

/// <summary>Appends events to an <see cref="IEventLog"/>, each to the partition of its user.</summary>
/// <remarks>Acknowledges with <see cref="Commit"/>, and by itself after every 4 MiB. Allocates nothing per event. Not thread-safe.</remarks>
public sealed class EventLogSink(IEventLog log) : IEventSink
{
    private const int CommitSize = 4 << 20;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private long _uncommitted;

    /// <summary>Events appended.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="EventLogException">The log cannot take it: it is too long, or the disk is full. What was acknowledged stays readable.</exception>
    /// <exception cref="ArgumentException">The event has a number that JSON cannot hold.</exception>
    public void Write(BehaviourEvent source)
    {
        _buffer.ResetWrittenCount();
        EventJsonWriter.Write(source, _buffer);
        ReadOnlySpan<byte> payload = _buffer.WrittenSpan[..^1]; // without the line feed
        if (payload.Length > log.MaxPayloadSize)
        {
            ThrowTooLong(payload.Length);
        }

        _ = log.Append(EventPartition.Of(source, log.PartitionCount), payload);
        Count++;
        _uncommitted += payload.Length;
        if (_uncommitted >= CommitSize)
        {
            Commit();
        }
    }

    /// <summary>Acknowledges everything written: it is durable when this returns.</summary>
    /// <exception cref="EventLogException">Not everything could be made durable; the message says what is.</exception>
    public void Commit()
    {
        log.Commit();
        _uncommitted = 0;
    }

    private void ThrowTooLong(int length) => throw new EventLogException(
        $"Event {Count + 1} has {length} bytes as JSON; a payload of this event log has at most {log.MaxPayloadSize}. It was not appended; " +
        "those before it were. Use a log with larger pages, or leave the event out.");
}
