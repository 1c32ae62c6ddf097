using Freshet.Core.Events;

namespace Freshet.Tests.Samples;

/// <summary>Events of a list, in its order.</summary>
internal sealed class ListedEvents(IEnumerable<BehaviourEvent> events) : IEventSource
{
    private readonly Queue<BehaviourEvent> _events = new(events);

    public long Malformed => 0;

    public bool TryRead(BehaviourEvent destination)
    {
        destination.Clear();
        if (!_events.TryDequeue(out BehaviourEvent? next))
        {
            return false;
        }

        destination.CopyFrom(next);
        return true;
    }

    public void Dispose() => _events.Clear();
}
