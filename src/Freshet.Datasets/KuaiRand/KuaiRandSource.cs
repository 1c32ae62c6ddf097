using Freshet.Core.Events;
using Freshet.Datasets.Profiles;

namespace Freshet.Datasets.KuaiRand;

/// <summary>Lays rows out as events: profiles first, then impressions and what followed, in order of (at, event_id).</summary>
internal sealed class KuaiRandSource : IEventSource
{
    private const int KindCount = (int)KuaiRandEvent.Watch + 1;

    private static readonly byte[][] s_types =
    [
        EventTypeNames.ImpressionBytes.ToArray(), "click"u8.ToArray(), "comment"u8.ToArray(), "follow"u8.ToArray(), "forward"u8.ToArray(),
        "hate"u8.ToArray(), "like"u8.ToArray(), "profile_enter"u8.ToArray(), "watch"u8.ToArray(),
    ];

    private readonly List<KuaiRandRow> _rows;
    private readonly ProfileEvents _profiles;
    private readonly PriorityQueue<DueEvent, DueEvent> _due = new(DueEventOrder.Instance);
    private int _next;

    /// <param name="rows">At least one, in order of (time shown, hash); not changed any more.</param>
    /// <param name="videos">Profiles of the videos.</param>
    /// <param name="users">Profiles of the users.</param>
    /// <param name="malformed">How many rows were set aside.</param>
    public KuaiRandSource(List<KuaiRandRow> rows, ProfileTable videos, ProfileTable users, long malformed)
    {
        _rows = rows;
        _profiles = new ProfileEvents(videos, users, rows[0].ShownAt); // their ids begin with p, those of rows with r
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
        DueEvent shown = _next < _rows.Count ? Event(KuaiRandEvent.Impression, _next) : DueEvent.Never;
        if (_due.TryPeek(out DueEvent due, out _) && due.IsBefore(shown))
        {
            _ = _due.Dequeue();
            Write(_rows[due.Row], (KuaiRandEvent)due.Suffix, destination);
            return true;
        }

        if (shown == DueEvent.Never)
        {
            return false;
        }

        WriteImpression(_next++, destination);
        return true;
    }

    public void Dispose()
    {
    }

    private DueEvent Event(KuaiRandEvent kind, int row) => new(_rows[row].TimeOf(kind), 0, _rows[row].Hash, (byte)kind, row);

    private void WriteImpression(int index, BehaviourEvent destination)
    {
        KuaiRandRow row = _rows[index];
        for (int kind = 1; kind < KindCount; kind++)
        {
            if (row.Has((KuaiRandEvent)kind))
            {
                DueEvent due = Event((KuaiRandEvent)kind, index);
                _due.Enqueue(due, due);
            }
        }

        Write(row, KuaiRandEvent.Impression, destination);
        destination.AddFeature("duration_ms", row.Duration);
        if (row.Random is { } random)
        {
            destination.AddFeature("is_rand"u8, random ? "1"u8 : "0"u8);
        }
    }

    /// <remarks>
    /// event_id: <c>r</c> and the row's hash; a behaviour adds its type. request_id: user-time-tab, for videos shown to
    /// one user at one time on one tab were one request.
    /// </remarks>
    private static void Write(in KuaiRandRow row, KuaiRandEvent kind, BehaviourEvent destination)
    {
        Span<byte> text = stackalloc byte[IdText.Longest];
        ReadOnlySpan<byte> type = s_types[(int)kind];
        destination.At = row.TimeOf(kind);
        destination.Set(EventText.Type, type);
        destination.Set(EventText.EventId, IdText.Row("r"u8, row.Hash, kind == KuaiRandEvent.Impression ? default : type, text));
        destination.Set(EventText.RequestId, IdText.Join([row.User, row.ShownAt, row.Tab], text));
        destination.Set(EventText.UserId, IdText.Number(row.User, text));
        destination.Set(EventText.ItemId, IdText.Number(row.Video, text));
        destination.Set(EventText.Surface, IdText.Number(row.Tab, text));
        if (kind == KuaiRandEvent.Watch)
        {
            destination.Value = row.Played / 1000.0;
        }
    }
}
