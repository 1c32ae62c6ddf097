using System.IO.Hashing;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Time;

/// <summary>The watermark of the stage: the least over its active partitions of latest event time − lateness. It never goes back.</summary>
/// <remarks>A partition that is <c>idle_after</c> behind the stage's event time does not hold it.</remarks>
internal sealed class StageClock(AttributionOptions options)
{
    private readonly long _lateness = Milliseconds.Of(options.Lateness);
    private readonly long _idleAfter = Milliseconds.Of(options.IdleAfter);
    private readonly List<PartitionClock> _partitions = [];

    /// <summary>Newest event time that was believed, ms since the epoch; <see cref="long.MinValue"/> before the first event.</summary>
    public long Latest { get; private set; } = long.MinValue;

    /// <summary>ms since the epoch; <see cref="long.MinValue"/> before the first event.</summary>
    public long Watermark { get; private set; } = long.MinValue;

    public bool IsFarAhead(long at, int partition) => partition < _partitions.Count && _partitions[partition].IsFarAhead(at);

    /// <summary>Takes note of an event's time.</summary>
    public void Observe(BehaviourEvent e, int partition)
    {
        while (_partitions.Count <= partition)
        {
            _partitions.Add(new PartitionClock(options));
        }

        PartitionClock clock = _partitions[partition];
        if (!clock.IsFarAhead(e.At))
        {
            clock.Observe(e.At);
        }
        else if (!e.UserId.IsEmpty)
        {
            clock.Vote(e.At, XxHash3.HashToUInt64(e.UserId));
        }

        Latest = Math.Max(Latest, clock.Latest);
        if (Latest != long.MinValue)
        {
            Watermark = Math.Max(Watermark, Least() - _lateness);
        }
    }

    /// <summary>Writes the clocks of all partitions for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Watermark);
        writer.Write(Latest);
        writer.Write(_partitions.Count);
        foreach (PartitionClock clock in _partitions)
        {
            clock.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        Watermark = reader.ReadInt64();
        Latest = reader.ReadInt64();
        _partitions.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            var clock = new PartitionClock(options);
            clock.Restore(reader);
            _partitions.Add(clock);
        }
    }

    private long Least()
    {
        long least = Latest;
        foreach (PartitionClock clock in _partitions)
        {
            if (clock.Latest != long.MinValue && clock.Latest >= Latest - _idleAfter)
            {
                least = Math.Min(least, clock.Latest);
            }
        }

        return least;
    }
}
