namespace Freshet.Simulation.Traffic;

/// <summary>Events on their way, in order of arrival; of one millisecond, in the order in which they were sent.</summary>
internal sealed class ArrivalQueue
{
    private readonly PriorityQueue<int, (long ReceivedAt, long Sequence)> _order = new();
    private readonly Stack<int> _free = new();
    private PlatformEvent[] _events = new PlatformEvent[1024];
    private int _used;
    private long _sequence;

    /// <summary>When the next event arrives; <see cref="long.MaxValue"/> if none is on its way.</summary>
    public long NextAt => _order.TryPeek(out _, out (long ReceivedAt, long) next) ? next.ReceivedAt : long.MaxValue;

    public void Send(in PlatformEvent sent)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _used++;
            if (slot == _events.Length)
            {
                Array.Resize(ref _events, slot * 2);
            }
        }

        _events[slot] = sent;
        _order.Enqueue(slot, (sent.ReceivedAt, _sequence++));
    }

    public PlatformEvent Receive()
    {
        int slot = _order.Dequeue();
        _free.Push(slot);
        return _events[slot];
    }
}
