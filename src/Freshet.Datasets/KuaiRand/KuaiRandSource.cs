using System.Globalization;
using Freshet.Core.Events;
using Freshet.Datasets.Profiles;

namespace Freshet.Datasets.KuaiRand;

/// <summary>Lays rows out as events: profiles first, then impressions and what followed, in order of (at, event_id).</summary>
internal sealed class KuaiRandSource : IEventSource
{
    private const int LongestId = 64;
    private const int KindCount = (int)KuaiRandEvent.Watch + 1;

    private static readonly byte[][] s_types =
    [
        "impression"u8.ToArray(), "click"u8.ToArray(), "comment"u8.ToArray(), "follow"u8.ToArray(), "forward"u8.ToArray(),
        "hate"u8.ToArray(), "like"u8.ToArray(), "profile_enter"u8.ToArray(), "watch"u8.ToArray(),
    ];

    private readonly List<KuaiRandRow> _rows;
    private readonly ProfileTable[] _profiles;
    private readonly PriorityQueue<Due, Due> _due = new(DueOrder.Instance);
    private int _table;
    private int _profile;
    private int _next;

    /// <param name="rows">In order of (time shown, hash); not changed any more.</param>
    /// <param name="videos">Profiles of the videos.</param>
    /// <param name="users">Profiles of the users.</param>
    /// <param name="malformed">How many rows were set aside.</param>
    public KuaiRandSource(List<KuaiRandRow> rows, ProfileTable videos, ProfileTable users, long malformed)
    {
        _rows = rows;
        _profiles = [videos, users]; // event ids begin with p-item-, then p-user-, then r
        Malformed = malformed;
    }

    public long Malformed { get; }

    public bool TryRead(BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (_table < _profiles.Length)
        {
            if (_profile < _profiles[_table].Count)
            {
                _profiles[_table].Write(_profile++, _rows[0].ShownAt, destination);
                return true;
            }

            _table++;
            _profile = 0;
        }

        destination.Clear();
        bool more = _next < _rows.Count;
        if (_due.TryPeek(out Due due, out _) && (!more || DueOrder.Instance.Compare(due, Impression(_next)) < 0))
        {
            _ = _due.Dequeue();
            Write(_rows[due.Row], due.Kind, destination);
            return true;
        }

        if (!more)
        {
            return false;
        }

        WriteImpression(_next++, destination);
        return true;
    }

    public void Dispose()
    {
    }

    private Due Impression(int row) => new(_rows[row].ShownAt, _rows[row].Hash, KuaiRandEvent.Impression, row);

    private void WriteImpression(int index, BehaviourEvent destination)
    {
        KuaiRandRow row = _rows[index];
        for (int kind = 1; kind < KindCount; kind++)
        {
            var behaviour = (KuaiRandEvent)kind;
            if (row.Has(behaviour))
            {
                var due = new Due(row.TimeOf(behaviour), row.Hash, behaviour, index);
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

    private static void Write(in KuaiRandRow row, KuaiRandEvent kind, BehaviourEvent destination)
    {
        Span<byte> text = stackalloc byte[LongestId];
        ReadOnlySpan<byte> type = s_types[(int)kind];
        destination.At = row.TimeOf(kind);
        destination.Set(EventText.Type, type);
        destination.Set(EventText.EventId, EventId(row.Hash, kind == KuaiRandEvent.Impression ? [] : type, text));
        destination.Set(EventText.RequestId, RequestId(row, text));
        destination.Set(EventText.UserId, Number(row.User, text));
        destination.Set(EventText.ItemId, Number(row.Video, text));
        destination.Set(EventText.Surface, Number(row.Tab, text));
        if (kind == KuaiRandEvent.Watch)
        {
            destination.Value = row.Played / 1000.0;
        }
    }

    /// <summary><c>r</c> and 16 hexadecimal digits of the row; a behaviour adds its type: <c>r00f3…-click</c>.</summary>
    private static ReadOnlySpan<byte> EventId(ulong hash, ReadOnlySpan<byte> type, Span<byte> text)
    {
        text[0] = (byte)'r';
        _ = hash.TryFormat(text[1..], out _, "x16", CultureInfo.InvariantCulture);
        if (type.IsEmpty)
        {
            return text[..17];
        }

        text[17] = (byte)'-';
        type.CopyTo(text[18..]);
        return text[..(18 + type.Length)];
    }

    /// <summary><c>user-time-tab</c>: videos shown to one user at one time on one tab were one request.</summary>
    private static ReadOnlySpan<byte> RequestId(in KuaiRandRow row, Span<byte> text)
    {
        int length = Number(row.User, text).Length;
        text[length++] = (byte)'-';
        length += Number(row.ShownAt, text[length..]).Length;
        text[length++] = (byte)'-';
        length += Number(row.Tab, text[length..]).Length;
        return text[..length];
    }

    private static ReadOnlySpan<byte> Number(long number, Span<byte> text)
    {
        _ = number.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        return text[..written];
    }

    private readonly record struct Due(long At, ulong Hash, KuaiRandEvent Kind, int Row);

    private sealed class DueOrder : IComparer<Due>
    {
        public static DueOrder Instance { get; } = new();

        public int Compare(Due x, Due y) =>
            x.At != y.At ? x.At.CompareTo(y.At)
            : x.Hash != y.Hash ? x.Hash.CompareTo(y.Hash)
            : ((byte)x.Kind).CompareTo((byte)y.Kind); // the enum itself would box
    }
}
