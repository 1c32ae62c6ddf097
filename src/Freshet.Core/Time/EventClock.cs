using Freshet.Core.Events;

namespace Freshet.Core.Time;

/// <summary>The one clock of a stage: event time as far as it is believed, and the watermark of its partitions. docs/joining.md has the law.</summary>
/// <remarks>
/// Each partition has a clock of its own: the largest <c>received_at</c> while every line has one; from the first line without
/// it, for good, the largest event time that is not provisional. The stage's time is that of its furthest partition, the
/// watermark that of the slowest active one less <c>lateness</c>. Neither goes back. Deterministic; allocates nothing once all
/// partitions were seen. Not thread-safe.
/// </remarks>
public sealed class EventClock
{
    private readonly long _maxSkew;
    private readonly long _lateness;
    private readonly long _idleAfter;
    private PartitionClock[] _partitions = [];

    /// <summary>A clock that has seen nothing.</summary>
    /// <param name="maxSkew">How far a time may be ahead and still be believed at once.</param>
    /// <param name="lateness">How far the watermark stays behind.</param>
    /// <param name="idleAfter">A partition further behind the stage's time than this does not hold the watermark.</param>
    public EventClock(TimeSpan maxSkew, TimeSpan lateness, TimeSpan idleAfter)
    {
        _maxSkew = Milliseconds.Of(maxSkew);
        _lateness = Milliseconds.Of(lateness);
        _idleAfter = Milliseconds.Of(idleAfter);
    }

    /// <summary>Whether any partition's clock has begun.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>
    /// The stage's event time, ms since the epoch; <see cref="long.MinValue"/> before the first event. Until the clock has begun
    /// it is what it would be if the input ended here, and may go back.
    /// </summary>
    public long Now { get; private set; } = long.MinValue;

    /// <summary>No event earlier than this is expected, ms since the epoch; <see cref="long.MinValue"/> until the clock has begun.</summary>
    public long Watermark { get; private set; } = long.MinValue;

    /// <summary>The time that <see cref="Observe"/> would give an event; the clock does not move.</summary>
    /// <param name="e">The next event in order of arrival.</param>
    /// <param name="partition">Its partition, from 0.</param>
    public EventTime TimeOf(BehaviourEvent e, int partition = 0)
    {
        ArgumentNullException.ThrowIfNull(e);
        PartitionClock copy = partition < _partitions.Length ? _partitions[partition] : default;
        return TimeOf(e, ref copy);
    }

    /// <summary>The time of an event of a type that does not take part: believed as any, and the clock stays.</summary>
    public EventTime TimeBeside(BehaviourEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new EventTime(Believed(e, ArrivalOf(e)), Now, HasBegun);
    }

    /// <summary>Takes note of the event that arrived next.</summary>
    /// <param name="e">An event of a type that the scene names.</param>
    /// <param name="partition">Its partition, from 0.</param>
    /// <returns>Its time, and that of the stage from here on.</returns>
    public EventTime Observe(BehaviourEvent e, int partition = 0)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (partition >= _partitions.Length)
        {
            Array.Resize(ref _partitions, partition + 1);
        }

        EventTime time = TimeOf(e, ref _partitions[partition]);
        (Now, HasBegun) = (time.Now, time.HasBegun);
        MoveWatermark();
        return time;
    }

    /// <summary>Says that the input has ended: a clock that saw too few events begins with what there was. Provisional times are not believed.</summary>
    public void End()
    {
        for (int i = 0; i < _partitions.Length; i++)
        {
            ref PartitionClock clock = ref _partitions[i];
            clock.End(_maxSkew);
            if (clock.HasBegun)
            {
                Now = HasBegun ? Math.Max(Now, clock.Now) : clock.Now;
                HasBegun = true;
            }
        }

        MoveWatermark();
    }

    /// <summary>Writes the whole state for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(HasBegun);
        writer.Write(Now);
        writer.Write(Watermark);
        writer.Write(_partitions.Length);
        foreach (ref readonly PartitionClock clock in _partitions.AsSpan())
        {
            clock.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        HasBegun = reader.ReadBoolean();
        Now = reader.ReadInt64();
        Watermark = reader.ReadInt64();
        _partitions = new PartitionClock[reader.ReadInt32()];
        foreach (ref PartitionClock clock in _partitions.AsSpan())
        {
            clock.Restore(reader);
        }
    }

    /// <summary>received_at, as far as it is a time of the calendar.</summary>
    private static long ArrivalOf(BehaviourEvent e) => SceneDays.Covers(e.ReceivedAt) ? e.ReceivedAt : BehaviourEvent.NoTime;

    private long Believed(BehaviourEvent e, long arrival) =>
        arrival != BehaviourEvent.NoTime && e.At > arrival + _maxSkew ? arrival : e.At;

    private EventTime TimeOf(BehaviourEvent e, ref PartitionClock clock)
    {
        long arrival = ArrivalOf(e), believed = Believed(e, arrival);
        clock.Observe(believed, arrival, _maxSkew);
        return (HasBegun, clock.HasBegun) switch
        {
            (true, true) => new EventTime(believed, Math.Max(Now, clock.Now)),
            (true, false) => new EventTime(believed, Now),
            (false, bool begins) => new EventTime(believed, clock.Now, begins),
        };
    }

    private void MoveWatermark()
    {
        if (!HasBegun)
        {
            return;
        }

        long least = Now;
        foreach (ref readonly PartitionClock clock in _partitions.AsSpan())
        {
            if (clock.HasBegun && clock.Now >= Now - _idleAfter)
            {
                least = Math.Min(least, clock.Now);
            }
        }

        Watermark = Math.Max(Watermark, least - _lateness);
    }
}
