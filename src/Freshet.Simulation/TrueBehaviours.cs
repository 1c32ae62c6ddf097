using Freshet.Core.Events;
using Freshet.Simulation.Traffic;

namespace Freshet.Simulation;

/// <summary>
/// All behaviours that follow from the pages shown so far, as they truly happen: also those that have not arrived yet, that
/// lie in the future, and that never arrive. Each once; impressions and signals are not among them.
/// </summary>
public sealed class TrueBehaviours
{
    private readonly List<PlatformEvent> _events;
    private readonly EventWriter _writer;

    internal TrueBehaviours(List<PlatformEvent> events, EventWriter writer)
    {
        _events = events;
        _writer = writer;
    }

    /// <summary>How many there are; grows as pages are shown.</summary>
    public int Count => _events.Count;

    /// <summary>
    /// Makes <paramref name="destination"/> the behaviour at <paramref name="index"/>, in [0, <see cref="Count"/>), in the order
    /// in which pages were shown. Without <see cref="BehaviourEvent.ReceivedAt"/>, the event is lost and never arrives.
    /// </summary>
    public void Read(int index, BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        _writer.Write(_events[index], destination);
    }
}
