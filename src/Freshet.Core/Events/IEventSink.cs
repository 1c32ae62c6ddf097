namespace Freshet.Core.Events;

/// <summary>Takes events, in the order in which they arrived.</summary>
public interface IEventSink
{
    /// <summary>Takes one event; it may be changed after the call.</summary>
    /// <exception cref="IOException">It cannot be kept; the message says what is.</exception>
    void Write(BehaviourEvent source);
}
