using Freshet.Core.Events;
using Freshet.Core.Time;

namespace Freshet.Samples;

/// <summary>Which events count at a cutoff: those that had arrived by then (docs/joining.md, Time).</summary>
/// <remarks>It has a clock of its own, by the joiner's law: the joiner is not given the events that do not count.</remarks>
public sealed class CutoffPosition
{
    private readonly Joiner _joiner;
    private readonly EventClock _clock;
    private readonly long? _cutoff;

    /// <summary>Nothing was met yet.</summary>
    /// <param name="joiner">The joiner that is given the events that count; its scene has the law.</param>
    /// <param name="cutoff">ms since the epoch; null: all events count.</param>
    public CutoffPosition(Joiner joiner, long? cutoff)
    {
        ArgumentNullException.ThrowIfNull(joiner);
        (_joiner, _cutoff) = (joiner, cutoff);
        _clock = joiner.NewClock();
    }

    /// <summary>Writes what was met so far for a checkpoint.</summary>
    public void Save(BinaryWriter writer) => _clock.Save(writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader) => _clock.Restore(reader);

    /// <summary>
    /// Whether the next event counts: by its <c>received_at</c>; without one, if the clock is not later than the cutoff once all
    /// events up to this one are taken. Until the clock has begun, each event is judged for itself and binds no other.
    /// </summary>
    public bool Admits(BehaviourEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (_cutoff is not { } at)
        {
            return true;
        }

        bool takesPart = _joiner.TakesPart(e);
        EventTime time = takesPart ? _clock.Observe(e) : _clock.TimeBeside(e);
        return e.ReceivedAt != BehaviourEvent.NoTime ? e.ReceivedAt <= at
            : time.HasBegun ? time.Now <= at
            : !takesPart || time.Now <= at;
    }
}
