namespace Freshet.Core.Events;

/// <summary>A stream of events in the order in which they arrived.</summary>
public interface IEventSource : IDisposable
{
    /// <summary>Fills <paramref name="destination"/> with the next event; false at the end, with <paramref name="destination"/> cleared.</summary>
    bool TryRead(BehaviourEvent destination);

    /// <summary>Lines or rows that could not be read as events so far; they are kept aside with their reasons.</summary>
    long Malformed { get; }
}
