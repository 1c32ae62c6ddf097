using Freshet.Core.Ports;

namespace Freshet.Tests.Faults;

/// <summary>An event log on which a fault can be switched on; where it happens follows from the seed.</summary>
internal sealed class FaultyEventLog(IEventLog inner, int seed) : IEventLog
{
    private readonly Random _random = new(seed);
    private long _room = new Random(seed).Next(2_000, 20_000);

    /// <summary>What happens from now on.</summary>
    public Fault Fault { get; set; }

    /// <summary>Of how many reads one breaks off, where reads do. Default: all.</summary>
    public int BreaksOneIn { get; set; } = 1;

    /// <summary>Most payloads that a read gives before it breaks off.</summary>
    public int MostPayloads { get; set; } = int.MaxValue;

    /// <summary>How often it has happened.</summary>
    public int Count { get; private set; }

    public int PartitionCount => inner.PartitionCount;

    public int MaxPayloadSize => inner.MaxPayloadSize;

    public long Append(int partition, ReadOnlySpan<byte> payload)
    {
        ThrowIfGone();
        _room -= payload.Length;
        if (Fault == Fault.FullDisk && _room < 0)
        {
            throw Happens(
                $"Event log 'faulty' cannot be written: No space left on device. Everything up to offset {EndOffset(partition)} is durable. " +
                "Free space, then open the log again and append the rest.");
        }

        if (Fault == Fault.TornWrite && _random.Next(50) == 0)
        {
            Count++;
            return inner.Append(partition, payload[..(payload.Length / 2)]);
        }

        return inner.Append(partition, payload);
    }

    public void Commit()
    {
        ThrowIfGone();
        inner.Commit();
    }

    public long BeginOffset(int partition) => inner.BeginOffset(partition);

    public long EndOffset(int partition) => inner.EndOffset(partition);

    public IEventLogReader OpenReader(int partition, long offset)
    {
        ThrowIfGone();
        return new Reader(this, partition, offset);
    }

    public void TruncateBefore(int partition, long offset)
    {
        ThrowIfGone();
        inner.TruncateBefore(partition, offset);
    }

    public void Dispose() => inner.Dispose();

    private void ThrowIfGone()
    {
        if (Fault == Fault.Gone)
        {
            throw Happens("Event log 'faulty' cannot be reached: Connection refused. What was acknowledged stays. Try again.");
        }
    }

    private EventLogException Happens(string message)
    {
        Count++;
        return new EventLogException(message);
    }

    private sealed class Reader(FaultyEventLog log, int partition, long offset) : IEventLogReader
    {
        private readonly EventLogBatch _whole = new();
        private bool _fails;

        public long Offset { get; private set; } = offset;

        public bool TryRead(EventLogBatch batch)
        {
            log.ThrowIfGone();
            batch.Clear(Offset);
            if (_fails)
            {
                _fails = false;
                throw log.Happens($"Event log partition {partition} cannot be read from offset {Offset}: Connection reset by peer. Read again from there.");
            }

            using IEventLogReader reader = log.Inner.OpenReader(partition, Offset);
            if (!reader.TryRead(_whole))
            {
                return false;
            }

            int count = log.Fault switch
            {
                Fault.Slow => 1,
                Fault.HalfRead => 1 + log._random.Next(Math.Min(log.MostPayloads, _whole.Count)),
                _ => _whole.Count,
            };
            for (int i = 0; i < count; i++)
            {
                batch.Add(_whole.Payload(i), _whole.Offset(i), i + 1 < _whole.Count ? _whole.Offset(i + 1) : _whole.NextOffset);
            }

            _fails = log.Fault == Fault.HalfRead && log._random.Next(log.BreaksOneIn) == 0;
            Offset = batch.NextOffset;
            return true;
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }

    private IEventLog Inner => inner;
}
