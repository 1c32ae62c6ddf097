using System.IO.Hashing;
using Freshet.Core.Ports;

namespace Freshet.Core.Events;

/// <summary>The events of an <see cref="IEventLog"/>, all partitions as one stream in the order of arrival.</summary>
/// <remarks>
/// Payloads of one partition keep their order. Partitions are merged by the arrival time of their next events
/// (<c>received_at</c>, or <c>at</c> where the log does not say); on a tie the lower partition comes first. So the stream
/// depends on the log alone, and is the same after a restart at a <see cref="Position"/>.
/// Reading is bounded: it stops where the log ended when the source was made. A payload that is not an event is counted,
/// given to the handler with its partition and offset, and stays in the log. Allocates nothing per event once the buffers
/// have grown to the longest payload. Not thread-safe; the log may be written meanwhile.
/// </remarks>
public sealed class EventLogSource : IResumableSource
{
    private const int SingleBatchSize = 256 << 10, MergeBatchSize = 64 << 10;
    private readonly IEventLog _log;
    private readonly MalformedPayloadHandler? _malformed;
    private readonly bool _closesLog;
    private readonly EventJsonReader _json = new();
    private readonly long[] _ends;
    private readonly EventLogCursor[] _partitions;
    private readonly PriorityQueue<int, (long Arrival, int Partition)> _heads;
    private readonly Stack<int> _unread; // partitions whose next event is not read yet
    private long _events;
    private long _malformedBefore;

    /// <summary>Stands at the beginning of <paramref name="log"/>.</summary>
    /// <param name="log">Read to the end that it has now.</param>
    /// <param name="malformed">Told of payloads that are not events; null for nobody.</param>
    /// <param name="closesLog">Whether disposing the source closes the log too.</param>
    /// <exception cref="EventLogException">The log cannot be read.</exception>
    public EventLogSource(IEventLog log, MalformedPayloadHandler? malformed = null, bool closesLog = false)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
        _malformed = malformed;
        _closesLog = closesLog;
        _ends = [.. Enumerable.Range(0, log.PartitionCount).Select(log.EndOffset)];
        _partitions = new EventLogCursor[_ends.Length];
        _heads = new PriorityQueue<int, (long, int)>(_ends.Length);
        _unread = new Stack<int>(_ends.Length);
        Open(LogPosition.Begin(log));
    }

    /// <summary>Where the source stands; reading from there gives what has not been delivered.</summary>
    public LogPosition Position => new([.. _partitions.Select(partition => partition.Place)], _events, Malformed);

    /// <inheritdoc/>
    public long Malformed
    {
        get
        {
            long count = _malformedBefore;
            foreach (EventLogCursor partition in _partitions)
            {
                count += partition.Malformed;
            }

            return count;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EventLogException">
    /// A partition is damaged, or retention overtook the source. What came before was delivered, the position stays, and a
    /// further call tries again.
    /// </exception>
    public bool TryRead(BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (_unread.TryPeek(out int partition))
        {
            bool hasHead = _partitions[partition].TryAdvance(_json, _malformed);
            _ = _unread.Pop();
            if (hasHead)
            {
                _heads.Enqueue(partition, (_partitions[partition].Arrival, partition));
            }
        }

        if (!_heads.TryDequeue(out int first, out _))
        {
            destination.Clear();
            return false;
        }

        destination.CopyFrom(_partitions[first].Head);
        _partitions[first].Deliver();
        _unread.Push(first);
        _events++;
        return true;
    }

    /// <inheritdoc/>
    public void SavePosition(BinaryWriter destination) => Position.Save(destination);

    /// <inheritdoc/>
    /// <exception cref="EventLogException">The position is of another log, or retention removed what follows it.</exception>
    public void MoveTo(BinaryReader source) => MoveTo(LogPosition.Restore(source));

    /// <summary>Moves the source to <paramref name="position"/>; the end at which it stops does not move.</summary>
    /// <exception cref="EventLogException">The position is of another log, or retention removed what follows it.</exception>
    public void MoveTo(LogPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (position.PartitionCount != _partitions.Length)
        {
            throw new EventLogException(
                $"The position has {position.PartitionCount} partitions, the event log {_partitions.Length}. The source stays where it was. " +
                "Use the log that the position was saved for, or start at the beginning of this one.");
        }

        for (int partition = 0; partition < _partitions.Length; partition++)
        {
            Check(partition, position.PlaceIn(partition));
        }

        Open(position);
    }

    /// <summary>Closes the readers, and the log where that was asked for.</summary>
    public void Dispose()
    {
        foreach (EventLogCursor? partition in _partitions)
        {
            partition?.Dispose();
        }

        if (_closesLog)
        {
            _log.Dispose();
        }
    }

    private void Open(LogPosition position)
    {
        int batchSize = _partitions.Length == 1 ? SingleBatchSize : MergeBatchSize;
        var opened = new EventLogCursor[_partitions.Length];
        try
        {
            for (int i = 0; i < opened.Length; i++)
            {
                opened[i] = new EventLogCursor(_log, i, position.PlaceIn(i), _ends[i], batchSize);
            }
        }
        catch
        {
            Array.ForEach(opened, partition => partition?.Dispose());
            throw;
        }

        Array.ForEach(_partitions, partition => partition?.Dispose());
        opened.CopyTo(_partitions, 0);
        _heads.Clear();
        _unread.Clear();
        for (int i = opened.Length - 1; i >= 0; i--)
        {
            _unread.Push(i);
        }

        _events = position.Events;
        _malformedBefore = position.Malformed;
    }

    private void Check(int partition, LogPosition.Place place)
    {
        long begin = _log.BeginOffset(partition), end = _ends[partition];
        if (place.Next < begin)
        {
            throw new EventLogException(
                $"Event log partition {partition} cannot be read from offset {place.Next}, where the position is: retention removed what was " +
                $"before {begin}. The source stays where it was. Use a newer position, or start at the beginning and accept the gap.");
        }

        if (place.Next > end || !HoldsLast(partition, place, begin))
        {
            throw new EventLogException(
                $"Event log partition {partition} is not the one that the position was saved for: the position is at offset {place.Next} behind a " +
                $"payload at {place.Last}; the log ends at {end} and has another payload or none there. The source stays where it was. " +
                "Use the log that the position was saved for, or start at the beginning of this one.");
        }
    }

    /// <summary>Whether the payload delivered last is where it was; true where retention has removed it.</summary>
    private bool HoldsLast(int partition, LogPosition.Place place, long begin)
    {
        if (place.Last < begin)
        {
            return true;
        }

        var batch = new EventLogBatch(targetSize: 1);
        try
        {
            using IEventLogReader reader = _log.OpenReader(partition, place.Last);
            return reader.TryRead(batch) && batch.Offset(0) == place.Last && XxHash3.HashToUInt64(batch.Payload(0)) == place.LastHash;
        }
        catch (EventLogException)
        {
            return false; // an offset between the payloads of another log looks like damage
        }
    }
}
