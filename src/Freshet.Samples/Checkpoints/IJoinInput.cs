using Freshet.Core.Events;

namespace Freshet.Samples.Checkpoints;

/// <summary>Events in order of arrival that can be read again from a position.</summary>
public interface IJoinInput
{
    /// <summary>Fills <paramref name="destination"/> with the next event; false at the end.</summary>
    bool TryRead(BehaviourEvent destination, out int partition);

    /// <summary>Lines that were no events, of all of the input read so far, also before the position it was resumed at.</summary>
    long Malformed { get; }

    /// <summary>Writes where the event that was read last stands; the end, where there was none.</summary>
    void SavePosition(BinaryWriter writer);

    /// <summary>Goes to the position that <see cref="SavePosition"/> wrote: the event there is read next. Before the first read.</summary>
    void MoveTo(BinaryReader reader);
}
