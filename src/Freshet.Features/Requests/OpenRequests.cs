using Freshet.Features.Keys;

namespace Freshet.Features.Requests;

/// <summary>
/// Requests whose impressions may still be coming. All events of their users wait, so that no impression of a request
/// sees another, and so that the events of a user count in the order in which they arrived.
/// </summary>
/// <remarks>
/// A request opens with its first impression and is over once event time passes <see cref="Spread"/> after that, or once an
/// impression of the same user with another request comes. Requests end in the order in which they opened, except those
/// that end for the second reason. What is kept of a user (history, closeness) depends on the order in which his events
/// count, and nothing may depend on when a request ends: so none of his events overtakes one that waits.
/// </remarks>
internal sealed class OpenRequests
{
    /// <summary>How long a request stays open, ms of event time.</summary>
    public const long Spread = 1_000;

    private readonly KeyIndex _users = new();
    private readonly CellPool<Waiting> _waiting = new();
    private OpenRequest[] _ring = new OpenRequest[16];
    private int _head;
    private int _count;

    /// <summary>Whether any request is open.</summary>
    public bool Any => _count > 0;

    /// <summary>Events that wait, of all requests.</summary>
    public int WaitingCount { get; private set; }

    /// <summary>How many events of <paramref name="user"/> wait; 0 where he has no open request.</summary>
    public int CountOf(ulong user) => TryFind(user, out int place) ? _ring[place].Count : 0;

    /// <summary>Lets <paramref name="pending"/> wait with its user's open request; opens its own if there is none.</summary>
    /// <param name="pending">The event; if it is an impression, its user has no other open request.</param>
    /// <param name="now">Event time at which a request opens.</param>
    public void Enqueue(in PendingEvent pending, long now)
    {
        if (!TryFind(pending.User, out int place))
        {
            place = Open(pending.User, pending.Request, now + Spread);
        }

        int cell = _waiting.Rent();
        _waiting[cell] = new Waiting { Event = pending, Next = -1 };
        ref OpenRequest request = ref _ring[place];
        if (request.Last < 0)
        {
            request.First = cell;
        }
        else
        {
            _waiting[request.Last].Next = cell;
        }

        request.Last = cell;
        request.Count++;
        WaitingCount++;
    }

    /// <summary>Takes the next event off a request that is over; false when there is none.</summary>
    /// <param name="at">Event time: requests with an end before it are over.</param>
    /// <param name="user">Hash of the user whose other request is over.</param>
    /// <param name="request">Hash of the request that ends the user's other one; 0 = none does.</param>
    /// <param name="pending">The event, in order of arrival within its request.</param>
    public bool TryDequeue(long at, ulong user, ulong request, out PendingEvent pending)
    {
        int mask = _ring.Length - 1;
        while (_count > 0)
        {
            ref OpenRequest oldest = ref _ring[_head & mask];
            if (oldest.First < 0)
            {
                Forget(oldest);
                _head++;
                _count--;
                continue;
            }

            if (at > oldest.End)
            {
                pending = Take(ref oldest);
                return true;
            }

            if (request != 0 && TryFind(user, out int place) && _ring[place].Request != request)
            {
                ref OpenRequest other = ref _ring[place];
                pending = Take(ref other);
                if (other.First < 0)
                {
                    Forget(other);
                }

                return true;
            }

            break;
        }

        pending = default;
        return false;
    }

    public void Save(BinaryWriter destination)
    {
        int mask = _ring.Length - 1, open = 0;
        for (int i = 0; i < _count; i++)
        {
            open += _ring[(_head + i) & mask].First >= 0 ? 1 : 0;
        }

        destination.Write(open);
        for (int i = 0; i < _count; i++)
        {
            ref readonly OpenRequest request = ref _ring[(_head + i) & mask];
            if (request.First < 0)
            {
                continue;
            }

            destination.Write(request.End);
            destination.Write(request.Count);
            for (int cell = request.First; cell >= 0; cell = _waiting[cell].Next)
            {
                _waiting[cell].Event.Save(destination);
            }
        }
    }

    public void Restore(BinaryReader source)
    {
        _users.Clear();
        _waiting.Clear();
        _head = 0;
        _count = 0;
        WaitingCount = 0;
        int open = source.ReadInt32();
        for (int i = 0; i < open; i++)
        {
            long end = source.ReadInt64();
            int length = source.ReadInt32();
            for (int j = 0; j < length; j++)
            {
                Enqueue(PendingEvent.Restore(source), end - Spread);
            }
        }
    }

    private bool TryFind(ulong user, out int place)
    {
        if (_count > 0 && _users.TryGet(user, out int number))
        {
            place = number & (_ring.Length - 1);
            return true;
        }

        place = -1;
        return false;
    }

    private int Open(ulong user, ulong request, long end)
    {
        if (_count == _ring.Length)
        {
            OpenRequest[] larger = new OpenRequest[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[(_head + i) & (larger.Length - 1)] = _ring[(_head + i) & (_ring.Length - 1)];
            }

            _ring = larger;
        }

        int number = _head + _count++;
        int place = number & (_ring.Length - 1);
        _ring[place] = new OpenRequest { User = user, Request = request, End = end, Number = number, First = -1, Last = -1 };
        _users.Set(user, number);
        return place;
    }

    private PendingEvent Take(ref OpenRequest request)
    {
        int cell = request.First;
        PendingEvent pending = _waiting[cell].Event;
        request.First = _waiting[cell].Next;
        request.Count--;
        WaitingCount--;
        _waiting.Return(cell);
        return pending;
    }

    // The user may have opened another request meanwhile.
    private void Forget(in OpenRequest request)
    {
        if (_users.TryGet(request.User, out int number) && number == request.Number)
        {
            _users.Remove(request.User);
        }
    }

    private struct OpenRequest
    {
        public ulong User;
        public ulong Request;
        public long End;
        public int Number;
        public int First;
        public int Last;
        public int Count;
    }

    private struct Waiting
    {
        public PendingEvent Event;
        public int Next;
    }
}
