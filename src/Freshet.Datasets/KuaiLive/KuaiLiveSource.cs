using Freshet.Core.Events;
using Freshet.Datasets.Profiles;

namespace Freshet.Datasets.KuaiLive;

/// <summary>Lays rows out as events: profiles first, then rooms, impressions and behaviours, in order of (at, event_id).</summary>
internal sealed class KuaiLiveSource : IEventSource
{
    private const byte Impression = 0, Click = 1, Watch = 2;

    private readonly List<KuaiLiveRoom> _rooms;
    private readonly List<KuaiLiveShow> _shows;
    private readonly List<KuaiLiveAction> _actions;
    private readonly TextPool _texts;
    private readonly ClickIndex _clicks;
    private readonly ProfileEvents _profiles;
    private readonly PriorityQueue<DueEvent, DueEvent> _due = new(DueEventOrder.Instance);
    private int _room;
    private int _show;
    private int _action;

    /// <param name="rooms">In their order; not changed any more.</param>
    /// <param name="shows">In their order, at least one; not changed any more.</param>
    /// <param name="actions">In their order; not changed any more.</param>
    /// <param name="texts">Texts of the rooms.</param>
    /// <param name="profiles">Come first.</param>
    /// <param name="malformed">How many rows were set aside.</param>
    public KuaiLiveSource(
        List<KuaiLiveRoom> rooms, List<KuaiLiveShow> shows, List<KuaiLiveAction> actions, TextPool texts, ProfileEvents profiles, long malformed)
    {
        _rooms = rooms;
        _shows = shows;
        _actions = actions;
        _texts = texts;
        _clicks = new ClickIndex(shows);
        _profiles = profiles;
        Malformed = malformed;
    }

    public long Malformed { get; }

    public bool TryRead(BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (_profiles.TryRead(destination))
        {
            return true;
        }

        destination.Clear();
        DueEvent next = _due.TryPeek(out DueEvent due, out _) ? due : DueEvent.Never;
        DueEvent room = NextRoom(), show = NextShow(), action = NextAction();
        next = room.IsBefore(next) ? room : next;
        next = show.IsBefore(next) ? show : next;
        next = action.IsBefore(next) ? action : next;
        if (next == DueEvent.Never)
        {
            return false;
        }

        Advance(next, next == room, next == show, next == action);
        Write(next, destination);
        return true;
    }

    public void Dispose()
    {
    }

    private DueEvent NextRoom() => _room == _rooms.Count
        ? DueEvent.Never
        : new DueEvent(_rooms[_room].StartedAt, (byte)KuaiLiveEvent.RoomStart, _rooms[_room].Hash, 0, _room);

    private DueEvent NextShow() => _show == _shows.Count
        ? DueEvent.Never
        : new DueEvent(_shows[_show].ShownAt, (byte)KuaiLiveEvent.Show, _shows[_show].Hash, Impression, _show);

    private DueEvent NextAction() => _action == _actions.Count
        ? DueEvent.Never
        : new DueEvent(_actions[_action].At, (byte)_actions[_action].Kind, _actions[_action].Hash, 0, _action);

    private void Advance(in DueEvent next, bool isRoom, bool isShow, bool isAction)
    {
        if (isRoom)
        {
            KuaiLiveRoom room = _rooms[_room++];
            if (room.EndedAt >= 0)
            {
                Enqueue(new DueEvent(room.EndedAt, (byte)KuaiLiveEvent.RoomEnd, room.Hash, 0, next.Row));
            }
        }
        else if (isShow)
        {
            KuaiLiveShow show = _shows[_show++];
            if (show.Clicked)
            {
                Enqueue(next with { Suffix = Click });
            }

            if (show.Watched > 0)
            {
                Enqueue(next with { At = show.ShownAt + show.Watched, Suffix = Watch });
            }
        }
        else if (isAction)
        {
            _action++;
        }
        else
        {
            _ = _due.Dequeue();
        }
    }

    private void Enqueue(in DueEvent due) => _due.Enqueue(due, due);

    private void Write(in DueEvent next, BehaviourEvent destination)
    {
        destination.At = next.At;
        switch ((KuaiLiveEvent)next.Rank)
        {
            case KuaiLiveEvent.RoomEnd:
                WriteStatus(_rooms[next.Row], "q-end-"u8, "0"u8, destination);
                break;
            case KuaiLiveEvent.RoomStart:
                WriteStatus(_rooms[next.Row], "q-start-"u8, "1"u8, destination);
                break;
            case KuaiLiveEvent.Show:
                WriteShow(_shows[next.Row], next.Suffix, destination);
                break;
            case KuaiLiveEvent.Comment:
                WriteAction(_actions[next.Row], "comment"u8, "s-comment-"u8, destination);
                break;
            case KuaiLiveEvent.Gift:
                WriteAction(_actions[next.Row], "gift"u8, "s-gift-"u8, destination);
                break;
            default:
                WriteAction(_actions[next.Row], "like"u8, "s-like-"u8, destination);
                break;
        }
    }

    private void WriteStatus(in KuaiLiveRoom room, ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> onAir, BehaviourEvent destination)
    {
        Span<byte> text = stackalloc byte[IdText.Longest];
        destination.Set(EventText.Type, EventTypeNames.ItemStatusBytes);
        destination.Set(EventText.EventId, IdText.Row(beginning, room.Hash, default, text));
        destination.Set(EventText.ItemId, IdText.Number(room.Streamer, text));
        destination.AddFeature("on_air"u8, onAir);
        destination.AddFeature("live_id"u8, IdText.Number(room.Live, text));
        AddText("live_type"u8, _texts[room.LiveType], destination);
        AddText("category"u8, _texts[room.Category], destination);
    }

    private static void WriteShow(in KuaiLiveShow show, byte suffix, BehaviourEvent destination)
    {
        Span<byte> text = stackalloc byte[IdText.Longest];
        ReadOnlySpan<byte> type = suffix switch { Click => "click"u8, Watch => "watch"u8, _ => EventTypeNames.ImpressionBytes };
        destination.Set(EventText.Type, type);
        destination.Set(EventText.EventId, IdText.Row("r"u8, show.Hash, suffix == Impression ? default : type, text));
        destination.Set(EventText.RequestId, IdText.Join([show.User, show.ShownAt], text));
        destination.Set(EventText.UserId, IdText.Number(show.User, text));
        destination.Set(EventText.ItemId, IdText.Number(show.Streamer, text));
        if (suffix == Impression)
        {
            destination.AddFeature("live_id"u8, IdText.Number(show.Live, text));
        }
        else if (suffix == Watch)
        {
            destination.Value = show.Watched / 1000.0;
        }
    }

    private void WriteAction(in KuaiLiveAction action, ReadOnlySpan<byte> type, ReadOnlySpan<byte> beginning, BehaviourEvent destination)
    {
        Span<byte> text = stackalloc byte[IdText.Longest];
        destination.Set(EventText.Type, type);
        destination.Set(EventText.EventId, IdText.Row(beginning, action.Hash, default, text));
        long clickedAt = _clicks.LatestClick(action.User, action.Live, action.At);
        if (clickedAt >= 0)
        {
            destination.Set(EventText.RequestId, IdText.Join([action.User, clickedAt], text));
        }

        destination.Set(EventText.UserId, IdText.Number(action.User, text));
        destination.Set(EventText.ItemId, IdText.Number(action.Streamer, text));
        destination.Value = action.Value;
    }

    private static void AddText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, BehaviourEvent destination)
    {
        if (!value.IsEmpty)
        {
            destination.AddFeature(name, value);
        }
    }
}
