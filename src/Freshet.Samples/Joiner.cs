using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Samples.Attribution;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;
using Freshet.Samples.Time;

namespace Freshet.Samples;

/// <summary>
/// Joins behaviours to impressions and attributes labels, in <c>cumulative</c>, <c>window</c> or <c>immediate</c> mode. A state machine
/// without input, output or clock; docs/joining.md tells its rules.
/// </summary>
/// <remarks>
/// For each event in order of arrival: <see cref="Cut"/> for every cutoff that it <see cref="ArrivedAfter"/>, then
/// <see cref="WantsSnapshot"/>, then <see cref="Add"/>. Memory of what is over is given back by <see cref="Cut"/>, so it
/// must be called now and then. Adding allocates nothing in steady state. Not thread-safe.
/// </remarks>
public sealed class Joiner
{
    private readonly EventTypes _types;
    private readonly SceneDays _days;
    private readonly AttributionTimes _times;
    private readonly StageClock _clock;
    private readonly JoinState _state = new();
    private readonly DayFiles _files;
    private readonly Fates _fates;
    private readonly CumulativeAttribution _cumulative;
    private readonly WindowAttribution? _window;
    private readonly ImmediateAttribution? _immediate;
    private readonly LabelNews _news;
    private readonly PriorityQueue<Orphan, long> _orphans = new();

    /// <summary>A joiner of <paramref name="scene"/>, empty.</summary>
    public Joiner(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _types = new EventTypes(scene);
        _days = new SceneDays(scene.TimeZone);
        _times = new AttributionTimes(scene, _days, _types.Behaviours);
        _clock = new StageClock(scene.Attribution);
        _files = new DayFiles(_state);
        Counters = new JoinCounters(_types.Behaviours);
        var labeller = new Labeller(_state, new LabelTree(scene, _types.Behaviours), new TargetValues(scene, _types.Behaviours), _times);
        _cumulative = new CumulativeAttribution(_state, _files, _times, labeller);
        _window = scene.Attribution.Mode == AttributionMode.Window
            ? new WindowAttribution(_state, _times, labeller, _days, new SampleDay(default, scene))
            : null;
        _news = new LabelNews(scene, _types.Behaviours, _state, labeller, _times, Counters);
        _immediate = scene.Attribution.Mode == AttributionMode.Immediate
            ? new ImmediateAttribution(_state, _times, labeller, _news, _days, new SampleDay(default, scene), Counters)
            : null;
        _fates = new Fates(_state, Counters, _window);
    }

    /// <summary>What became of all events so far.</summary>
    public JoinCounters Counters { get; }

    /// <summary>[B] how long after its impression each behaviour's label became 1, over all labels so far (docs/joining.md).</summary>
    public IReadOnlyList<DelaySketch> Delays => _news.Delays;

    /// <summary>ms that the watermark is behind the newest event that was believed, &gt;= 0.</summary>
    public long WatermarkLag => _clock.Latest == long.MinValue ? 0 : _clock.Latest - Watermark;

    /// <summary>No event earlier than this is expected, ms since the epoch; <see cref="long.MinValue"/> before the first event.</summary>
    public long Watermark => _clock.Watermark;

    /// <summary>
    /// Whether an event arrived later than <paramref name="cutoff"/>: by <c>received_at</c>, else by its own time unless
    /// that is more than <c>max_skew</c> ahead of the watermark.
    /// </summary>
    /// <param name="e">The next event in order of arrival, not yet added.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="partition">The event's partition.</param>
    public bool ArrivedAfter(BehaviourEvent e, long cutoff, int partition = 0)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.ReceivedAt != BehaviourEvent.NoTime
            ? e.ReceivedAt > cutoff
            : e.At > cutoff && !_clock.IsFarAhead(e.At, partition);
    }

    /// <summary>
    /// Whether <paramref name="e"/> is an impression whose snapshot must be taken: its identity is new, or it is earlier
    /// than the identity's first impression.
    /// </summary>
    public bool WantsSnapshot(BehaviourEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        EventRole role = _types.Find(e, out int code);
        if (role != EventRole.Impression || !IsWellFormed(e, role, code))
        {
            return false;
        }

        int index = _state.Find(IdentityKey.Of(e));
        return IsFirst(e, IsOver(index) ? -1 : index);
    }

    /// <summary>Takes the next event in order of arrival.</summary>
    /// <param name="e">The event; not kept.</param>
    /// <param name="snapshotRow">Row of its snapshot in the sample table where <see cref="WantsSnapshot"/>; else not looked at.</param>
    /// <param name="partition">From 0; the watermark is that of the slowest active partition.</param>
    /// <exception cref="ArgumentOutOfRangeException">The event needs a row, and <paramref name="snapshotRow"/> is negative; nothing has changed.</exception>
    public JoinOutcome Add(BehaviourEvent e, int snapshotRow, int partition = 0)
    {
        ArgumentNullException.ThrowIfNull(e);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        EventRole role = _types.Find(e, out int code);
        if (!IsWellFormed(e, role, code))
        {
            Counters.AddMalformed(1);
            return JoinOutcome.Malformed;
        }

        switch (role)
        {
            case EventRole.Impression:
                return AddImpression(e, snapshotRow, partition);
            case EventRole.Behaviour:
                return AddBehaviour(e, code, partition);
            case EventRole.Signal:
                Counters.Signals++;
                Observe(e, partition);
                return JoinOutcome.Signal;
            default:
                Counters.UnknownType++;
                return JoinOutcome.UnknownType;
        }
    }

    /// <summary>
    /// Brings <paramref name="table"/> to the cutoff. Cumulative: attributes the cutoff's day, and earlier days until their
    /// horizon is over, from all that has arrived, without identities younger than <c>min_age</c>. Window and immediate: appends what has left.
    /// </summary>
    /// <param name="cutoff">ms since the epoch; not earlier than the one before.</param>
    /// <param name="table">The table that holds the rows given to <see cref="Add"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cutoff"/> is earlier than the one before, or no time of the calendar.</exception>
    public void Cut(long cutoff, SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        int day = _days.DayOf(cutoff);
        _news.MoveTo(cutoff);
        if (_immediate is not null)
        {
            _immediate.MoveTo(table);
        }
        else if (_window is null)
        {
            _cumulative.Cut(cutoff, day, table);
        }
        else
        {
            _window.Leave(Watermark, Watermark);
            _window.MoveTo(table);
        }

        _files.RemoveExpired(_times, Watermark);
    }

    /// <summary>
    /// Brings <paramref name="table"/> to the end of the input. Cumulative: attributes every day that is in the state and
    /// holds nothing back. Window and immediate: appends what has left; open entries stay (<see cref="Drain"/>).
    /// </summary>
    public void CutAll(SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (_immediate is not null)
        {
            _immediate.MoveTo(table);
        }
        else if (_window is null)
        {
            _cumulative.CutAll(Watermark, table);
        }
        else
        {
            _window.Leave(Watermark, Watermark);
            _window.MoveTo(table);
        }
    }

    /// <summary>Window and immediate mode: lets the open entries leave too, with the labels found so far; then as <see cref="CutAll"/>.</summary>
    public void Drain(SampleTable table)
    {
        LetLeave();
        CutAll(table);
    }

    /// <summary>Window and immediate mode: lets the open entries leave, with the labels found so far; the next cutoff appends them.</summary>
    public void LetLeave()
    {
        _window?.Leave(long.MaxValue, Watermark);
        _immediate?.Leave(long.MaxValue);
    }

    /// <summary>What has become of a behaviour by now, also where its impression came later; null where it is no behaviour, or nothing is kept of it.</summary>
    public BehaviourFate? FateOf(BehaviourEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        int index = _types.Find(e, out _) == EventRole.Behaviour ? _state.Find(IdentityKey.Of(e)) : -1;
        int kept = index < 0 ? -1 : _state.FindEvent(index, JoinState.HashOfId(e));
        return kept < 0 ? null : _state.Events[kept].Fate;
    }

    private JoinOutcome AddImpression(BehaviourEvent e, int snapshotRow, int partition)
    {
        IdentityKey key = IdentityKey.Of(e);
        ulong idHash = JoinState.HashOfId(e);
        int index = _state.Find(key);
        bool over = IsOver(index);
        bool first = IsFirst(e, over ? -1 : index);
        if (first)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(snapshotRow);
        }

        if (over)
        {
            _state.Forget(ref _state.Identities[index]);
            index = -1;
        }

        Counters.Impressions++;
        if (index < 0 && IsPast(e.At))
        {
            Counters.ExpiredImpressions++;
            Observe(e, partition);
            return JoinOutcome.ExpiredImpression;
        }

        Observe(e, partition);
        if (index < 0)
        {
            index = _state.AddIdentity(key);
        }
        else if (IsDuplicate(index, idHash, e))
        {
            Counters.DuplicateImpressions++;
            return JoinOutcome.DuplicateImpression;
        }

        bool known = !_state.Identities[index].IsOrphan;
        _state.Identities[index].Repeats += known ? 1 : 0;
        Place(index, e, _state.AddImpression(index, e, idHash), first ? snapshotRow : -1);
        if (known)
        {
            Counters.Repeats++;
            return JoinOutcome.Repeat;
        }

        Counters.Identities++;
        return JoinOutcome.Impression;
    }

    /// <summary>Gives a new impression its place: as the first, as a window entry, or as a mere repeat.</summary>
    private void Place(int index, BehaviourEvent e, int kept, int firstRow)
    {
        ref Identity identity = ref _state.Identities[index];
        bool movesEntry = firstRow >= 0 && identity.IsOpen && identity.EntryAt == identity.ShownAt;
        bool opensEntry = _window is not null && (!identity.IsOpen || movesEntry);
        if (movesEntry)
        {
            _state.Events[identity.FirstImpression].IsEntry = false;
        }

        if (firstRow >= 0)
        {
            _state.SetFirstImpression(ref identity, kept, e);
            identity.Row = firstRow;
            identity.HorizonEnd = _times.HorizonEnd(e.At);
            long needed = identity.IsOpen ? identity.EntryAt + _times.LongestWindow : identity.HorizonEnd;
            identity.ExpiresAt = Math.Max(identity.HorizonEnd, needed) + _times.Retain;
            _files.File(index, _days.DayOf(e.At));
        }

        if (opensEntry)
        {
            _window!.Open(index, kept);
        }

        if (firstRow >= 0 || opensEntry)
        {
            _fates.DecideAgain(identity);
        }

        if (firstRow >= 0)
        {
            _immediate?.Open(index);
            Spread(ref identity, _news.Take(ref identity));
        }
    }

    /// <summary>Hands on labels that have just become 1.</summary>
    private void Spread(ref Identity identity, uint news)
    {
        if (news == 0)
        {
            return;
        }

        _immediate?.Add(identity, news);
        bool hasLeft = _immediate is not null ? identity.HasLeft
            : _window is not null ? !identity.IsOpen
            : _cumulative.HasLeft(identity.ShownAt);
        Counters.LabelChanges += hasLeft ? System.Numerics.BitOperations.PopCount(news) : 0;
    }

    private JoinOutcome AddBehaviour(BehaviourEvent e, int type, int partition)
    {
        Counters.Behaviours++;
        if (e.RequestId.IsEmpty)
        {
            Counters.NoRequest++;
            Counters.Add(type, BehaviourFate.Unmatched, 1);
            Observe(e, partition);
            return JoinOutcome.NoRequest;
        }

        IdentityKey key = IdentityKey.Of(e);
        ulong idHash = JoinState.HashOfId(e);
        int index = _state.Find(key);
        if (IsOver(index) || (index < 0 && IsPast(e.At)))
        {
            Counters.Expired++;
            Counters.Add(type, BehaviourFate.Unmatched, 1);
            Observe(e, partition);
            return JoinOutcome.Expired;
        }

        Observe(e, partition);
        if (index < 0)
        {
            index = _state.AddIdentity(key);
        }
        else if (IsDuplicate(index, idHash, e))
        {
            Counters.Add(type, BehaviourFate.Duplicate, 1);
            return JoinOutcome.Duplicate;
        }

        int kept = _state.AddBehaviour(index, e, idHash, type);
        _news.Note(ref _state.Identities[index], _state.Events[kept]);
        return _state.Identities[index].IsOrphan ? Wait(index, kept) : Join(index, kept);
    }

    private JoinOutcome Join(int index, int kept)
    {
        ref Identity identity = ref _state.Identities[index];
        ref KeptEvent e = ref _state.Events[kept];
        _fates.Decide(identity, ref e);
        Spread(ref identity, _news.Take(ref identity, e));
        if (e.Fate == BehaviourFate.Late)
        {
            return JoinOutcome.Late;
        }

        if (e.BeforeImpression)
        {
            return JoinOutcome.BeforeImpression;
        }

        if (_window is null || _window.IsInOpenEntry(identity, e))
        {
            return JoinOutcome.Joined;
        }

        Counters.AfterLeaving++;
        return JoinOutcome.AfterLeaving;
    }

    private JoinOutcome Wait(int index, int kept)
    {
        ref Identity identity = ref _state.Identities[index];
        ref KeptEvent e = ref _state.Events[kept];
        identity.ExpiresAt = Math.Max(identity.ExpiresAt, _times.HorizonEnd(e.At) + _times.Retain);
        if (identity.Day == int.MinValue)
        {
            _files.File(index, _days.DayOf(e.At));
        }

        bool pending = Watermark <= e.At + _times.OrphanWait;
        _fates.Orphan(ref e, pending);
        if (pending)
        {
            _orphans.Enqueue(new Orphan(kept, e.Generation), e.At);
        }

        return pending ? JoinOutcome.Pending : JoinOutcome.NoImpression;
    }

    private void Observe(BehaviourEvent e, int partition)
    {
        _clock.Observe(e, partition);
        _news.MoveTo(e.ReceivedAt != BehaviourEvent.NoTime ? e.ReceivedAt : _clock.Latest);
        while (_orphans.TryPeek(out Orphan orphan, out long at) && at + _times.OrphanWait < Watermark)
        {
            _ = _orphans.Dequeue();
            _fates.GiveUp(orphan);
        }

        _window?.Leave(Watermark, Watermark);
        _immediate?.Leave(Watermark);
    }

    private bool IsDuplicate(int index, ulong idHash, BehaviourEvent e)
    {
        int kept = _state.FindEvent(index, idHash);
        if (kept >= 0 && _state.Events[kept].Content != ContentHash.Of(e))
        {
            Counters.Conflicting++;
        }

        return kept >= 0;
    }

    private bool IsFirst(BehaviourEvent e, int index)
    {
        if (index < 0)
        {
            return !IsPast(e.At);
        }

        if (_state.FindEvent(index, JoinState.HashOfId(e)) >= 0)
        {
            return false;
        }

        ref Identity identity = ref _state.Identities[index];
        return identity.IsOrphan || _state.IsBeforeFirst(e, identity);
    }

    /// <summary>Whether a known identity is more than <c>retain_days</c> past its horizon.</summary>
    private bool IsOver(int index) => index >= 0 && _state.Identities[index].ExpiresAt < Watermark;

    /// <summary>Whether even an identity shown at <paramref name="at"/> would be over.</summary>
    private bool IsPast(long at) => _times.HorizonEnd(at) + _times.Retain < Watermark;

    private static bool IsWellFormed(BehaviourEvent e, EventRole role, int code) =>
        !e.Type.IsEmpty && !e.EventId.IsEmpty && SceneDays.Covers(e.At) && EventTypes.HasIds(e, role, code);
}
