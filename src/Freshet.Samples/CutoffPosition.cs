using Freshet.Core.Events;

namespace Freshet.Samples;

/// <summary>Which events count at a cutoff: those that had arrived by then (docs/joining.md, Time).</summary>
/// <param name="joiner">The joiner that is given the events that count.</param>
/// <param name="cutoff">ms since the epoch; null: all events count.</param>
public sealed class CutoffPosition(Joiner joiner, long? cutoff)
{
    private bool _linesAreOver;

    /// <summary>Whether an event was met that does not count.</summary>
    public bool IsPassed { get; private set; }

    /// <summary>Writes what was met so far for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_linesAreOver);
        writer.Write(IsPassed);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (_linesAreOver, IsPassed) = (reader.ReadBoolean(), reader.ReadBoolean());
    }

    /// <summary>Whether the next event counts: by its <c>received_at</c>; without one, if no line before it was later than the cutoff.</summary>
    public bool Admits(BehaviourEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (cutoff is not { } at)
        {
            return true;
        }

        bool isAfter = joiner.ArrivedAfter(e, at);
        if (e.ReceivedAt == BehaviourEvent.NoTime)
        {
            _linesAreOver |= isAfter;
            isAfter = _linesAreOver;
        }

        IsPassed |= isAfter;
        return !isAfter;
    }
}
