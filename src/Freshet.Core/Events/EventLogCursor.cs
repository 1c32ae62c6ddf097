using System.IO.Hashing;
using Freshet.Core.Ports;

namespace Freshet.Core.Events;

/// <summary>One partition of a log that is merged with others: the event that comes next in it.</summary>
internal sealed class EventLogCursor : IDisposable
{
    private readonly IEventLogReader _reader;
    private readonly EventLogBatch _batch;
    private readonly int _partition;
    private readonly long _end;
    private LogPosition.Place _place;
    private int _index;
    private long _headOffset;
    private ulong _headHash;

    /// <summary>Stands at <paramref name="place"/> and reads up to <paramref name="end"/>.</summary>
    /// <exception cref="EventLogException">The offset was removed, or lies beyond the end.</exception>
    public EventLogCursor(IEventLog log, int partition, LogPosition.Place place, long end, int batchSize)
    {
        _reader = log.OpenReader(partition, place.Next);
        _batch = new EventLogBatch(batchSize);
        _partition = partition;
        _place = place;
        _end = end;
    }

    /// <summary>The event read last by <see cref="TryAdvance"/>; it is not delivered before <see cref="Deliver"/>.</summary>
    public BehaviourEvent Head { get; } = new();

    /// <summary>When <see cref="Head"/> arrived: received_at, or at where the log does not say.</summary>
    public long Arrival => Head.ReceivedAt == BehaviourEvent.NoTime ? Head.At : Head.ReceivedAt;

    /// <summary>Where reading continues: at <see cref="Head"/> until it is delivered. Malformed payloads before it were passed.</summary>
    public LogPosition.Place Place => _place;

    /// <summary>Malformed payloads passed since the cursor was made.</summary>
    public long Malformed { get; private set; }

    /// <summary>Reads the partition's next event into <see cref="Head"/>; false at the end.</summary>
    /// <exception cref="EventLogException">What comes next is damaged or was removed; the cursor stays, and a further call tries again.</exception>
    public bool TryAdvance(EventJsonReader json, MalformedPayloadHandler? malformed)
    {
        while (HasPayload())
        {
            long offset = _batch.Offset(_index);
            ReadOnlySpan<byte> payload = _batch.Payload(_index);
            EventReadResult result = json.Read(payload, Head);
            if (result.IsEvent)
            {
                _headOffset = offset;
                _headHash = XxHash3.HashToUInt64(payload);
                _place = _place with { Next = offset };
                return true;
            }

            Pass();
            if (result.IsMalformed)
            {
                Malformed++;
                malformed?.Invoke(_partition, offset, result, payload);
            }
        }

        return false;
    }

    /// <summary><see cref="Head"/> is delivered: the place moves behind it.</summary>
    public void Deliver()
    {
        Pass();
        _place = _place with { Last = _headOffset, LastHash = _headHash };
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool HasPayload()
    {
        if (_index == _batch.Count)
        {
            // Emptied first: a reader that throws may leave what it gave before.
            _index = 0;
            _batch.Clear(_place.Next);
            if (_place.Next >= _end || !_reader.TryRead(_batch))
            {
                return false;
            }
        }

        return _batch.Offset(_index) < _end;
    }

    private void Pass()
    {
        _index++;
        _place = _place with { Next = _index < _batch.Count ? _batch.Offset(_index) : _batch.NextOffset };
    }
}
