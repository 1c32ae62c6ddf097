using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Samples.Attribution;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;
using Freshet.Scenes;

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
    private readonly AttributionOptions _options;
    private readonly EventClock _clock;
    private readonly LimitOptions _limits;
    private readonly JoinState _state;
    private readonly DayFiles _files;
    private readonly LabelNews _news;
    private readonly IAttribution _attribution;
    private readonly Fates _fates;
    private readonly WaitingOrphans _orphans;

    /// <summary>A joiner of <paramref name="scene"/>, empty.</summary>
    public Joiner(Scene scene)
        : this(scene, attributesInFull: false)
    {
    }

    /// <summary>A joiner of <paramref name="scene"/>, empty.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="attributesInFull">Tests and benchmarks only: cutoffs attribute all of a day, whatever changed.</param>
    /// <param name="texts">Tests only: keeps the event_ids.</param>
    internal Joiner(Scene scene, bool attributesInFull, TextStore? texts = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _types = new EventTypes(scene);
        _days = new SceneDays(scene.TimeZone);
        _times = new AttributionTimes(scene, _days, _types.Behaviours);
        _options = scene.Attribution;
        _limits = scene.Limits;
        _state = new JoinState(texts);
        _clock = NewClock();
        _files = new DayFiles(_state);
        Counters = new JoinCounters(_types.Behaviours);
        var labeller = new Labeller(_state, new LabelTree(scene, _types.Behaviours), new TargetValues(scene, _types.Behaviours), _times);
        _news = new LabelNews(scene, _types.Behaviours, _state, labeller, _times, Counters);
        _attribution = new AttributionParts(scene, _days, _times, _state, _files, labeller, _news, Counters).Create(attributesInFull);
        _fates = new Fates(_state, Counters, _attribution);
        _orphans = new WaitingOrphans(_state, _files, _days, _times, _fates);
    }

    /// <summary>What became of all events so far.</summary>
    public JoinCounters Counters { get; }

    /// <summary>Memory reserved for identities, events, texts and the index, in bytes; lists of days and samples are not in it.</summary>
    public long StateBytes => _state.Bytes;

    /// <summary>Identities in the state: impressions that may still change, and behaviours without one.</summary>
    public int StateIdentities => _state.Identities.Alive;

    /// <summary>Identities in the state that have an impression; at most <c>limits.identities</c>.</summary>
    public int ImpressedIdentities => _state.Impressed;

    /// <summary>Behaviours in the state whose identity has no impression; at most <c>limits.orphans</c>.</summary>
    public int Orphans => _state.Orphans;

    /// <summary>[B] how long after its impression each behaviour's label became 1, over all labels so far (docs/joining.md).</summary>
    public IReadOnlyList<DelaySketch> Delays => _news.Delays;

    /// <summary>ms that the watermark is behind the clock, &gt;= 0.</summary>
    public long WatermarkLag => _clock.HasBegun ? _clock.Now - Watermark : 0;

    /// <summary>No event earlier than this is expected, ms since the epoch; <see cref="long.MinValue"/> until the clock has begun.</summary>
    public long Watermark => _clock.Watermark;

    /// <summary>Time of the event that was added last. It travels with the event: features have no clock of their own.</summary>
    public EventTime Time { get; private set; } = new(long.MinValue, long.MinValue, HasBegun: false);

    /// <summary>The time that the next event in order of arrival will have once it is added; nothing changes.</summary>
    /// <param name="e">The event, not yet added.</param>
    /// <param name="partition">Its partition.</param>
    public EventTime TimeOf(BehaviourEvent e, int partition = 0)
    {
        ArgumentNullException.ThrowIfNull(e);
        return TakesPart(e) ? _clock.TimeOf(e, partition) : _clock.TimeBeside(e);
    }

    /// <summary>
    /// Whether an event arrived later than <paramref name="cutoff"/>: by <c>received_at</c>; without it, if the clock is later
    /// once the event is taken. Until the clock has begun, none has.
    /// </summary>
    /// <param name="e">The next event in order of arrival, not yet added.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="partition">The event's partition.</param>
    public bool ArrivedAfter(BehaviourEvent e, long cutoff, int partition = 0)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.ReceivedAt != BehaviourEvent.NoTime
            ? e.ReceivedAt > cutoff
            : TimeOf(e, partition) is { HasBegun: true } time && time.Now > cutoff;
    }

    /// <summary>
    /// Whether <paramref name="e"/> is an impression whose snapshot must be taken: its identity is new, or it is earlier
    /// than the identity's first impression, and there is room for it.
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
        index = IsOver(index) ? -1 : index;
        return IsFirst(e, index) && HasRoom(e, index);
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
            Time = _clock.TimeBeside(e);
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
                Time = _clock.TimeBeside(e);
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
        _attribution.Cut(cutoff, day, Watermark);
        _attribution.WriteTo(table);
        _files.RemoveExpired(_times, Watermark);
        _attribution.ForgetRemovedDays();
    }

    /// <summary>
    /// Brings <paramref name="table"/> to the end of the input. Cumulative: attributes every day that is in the state and
    /// holds nothing back. Window and immediate: appends what has left; open entries stay (<see cref="Drain"/>).
    /// </summary>
    public void CutAll(SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        End();
        _attribution.CutAll(Watermark);
        _attribution.WriteTo(table);
    }

    /// <summary>Window and immediate mode: lets the open entries leave too, with the labels found so far; then as <see cref="CutAll"/>.</summary>
    public void Drain(SampleTable table)
    {
        LetLeave();
        CutAll(table);
    }

    /// <summary>
    /// Says that the input has ended: a clock that saw fewer than eight events begins with what there was. What was due when the last event
    /// came leaves: it would leave with the next one.
    /// </summary>
    public void End()
    {
        if (!_clock.HasBegun)
        {
            _clock.End();
        }

        Advance();
    }

    /// <summary>Window and immediate mode: lets the open entries leave, with the labels found so far; the next cutoff appends them.</summary>
    public void LetLeave()
    {
        End();
        _attribution.Drain(Watermark);
    }

    /// <summary>
    /// Window and immediate mode: appends what has left to <paramref name="table"/>, also between cutoffs. It lets nothing leave, so when it is called
    /// makes no difference to the samples. Cumulative: nothing.
    /// </summary>
    public void MoveLeft(SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _attribution.WriteTo(table);
    }

    /// <summary>
    /// Whether no cutoff after <paramref name="cutoff"/> attributes <paramref name="day"/> again: its horizons are over and nothing of it
    /// is held back. <see cref="CutAll"/> may.
    /// </summary>
    /// <param name="day">A day in the scene's time zone.</param>
    /// <param name="cutoff">The last cutoff, ms since the epoch.</param>
    public bool IsFinal(DateOnly day, long cutoff) => _times.FinalFrom(day.DayNumber) <= cutoff;

    /// <summary>What has become of a behaviour by now, also where its impression came later; null where it is no behaviour, or nothing is kept of it.</summary>
    public BehaviourFate? FateOf(BehaviourEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        int index = _types.Find(e, out _) == EventRole.Behaviour ? _state.Find(IdentityKey.Of(e)) : -1;
        int kept = index < 0 ? -1 : _state.FindEvent(index, JoinState.HashOfId(e));
        return kept < 0 ? null : _state.Events[kept].Fate;
    }

    /// <summary>A clock by the scene's settings that has seen nothing.</summary>
    internal EventClock NewClock() => new(_options.MaxSkew, _options.Lateness, _options.IdleAfter);

    /// <summary>Whether an event moves the clock: it is well formed, and the scene names its type.</summary>
    internal bool TakesPart(BehaviourEvent e) =>
        _types.Find(e, out int code) is var role && role != EventRole.Unknown && IsWellFormed(e, role, code);

    /// <summary>Begins a checkpoint; the joiner may take the next event at once, while the freeze is written.</summary>
    /// <param name="everything">Whether it holds all of the state, so that a restart needs no other; else what changed since the freeze before.</param>
    /// <returns>The state of this moment; to be written before the next freeze.</returns>
    public JoinFreeze Freeze(bool everything)
    {
        using var head = new MemoryStream();
        using (var writer = new BinaryWriter(head))
        {
            Counters.Save(writer);
            _clock.Save(writer);
            _news.Save(writer);
            _attribution.Save(writer);
        }

        return _state.Freeze(head.ToArray(), everything);
    }

    /// <summary>
    /// Reads what a freeze wrote over what there is: first one of everything, then those of what changed since, in order; at last
    /// <see cref="EndRestore"/>. Into a joiner of the same scene that has taken no event.
    /// </summary>
    /// <param name="reader">Stands where <see cref="JoinFreeze.WriteTo"/> began to write.</param>
    public void Restore(CheckpointReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using var head = new BinaryReader(new MemoryStream(reader.ReadBlob()));
        Counters.Restore(head);
        _clock.Restore(head);
        _news.Restore(head);
        _attribution.Restore(head);
        _state.Restore(reader);
    }

    /// <summary>Derives the rest from the restored state: index, days, and who waits. To be called once, before the first event.</summary>
    public void EndRestore()
    {
        foreach (int kept in _state.EndRestore(_files.Restore))
        {
            _orphans.AddAgain(kept);
        }

        _attribution.EndRestore();
    }

    private JoinOutcome AddImpression(BehaviourEvent e, int snapshotRow, int partition)
    {
        IdentityKey key = IdentityKey.Of(e);
        _state.Prefetch(key);
        EventHash hash = JoinState.HashOf(e);
        int index = _state.Find(key);
        bool over = IsOver(index);
        int current = over ? -1 : index;
        bool first = IsFirst(e, current);
        bool hasRoom = !first || HasRoom(e, current);
        if (first && hasRoom)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(snapshotRow);
        }

        if (over)
        {
            _state.Forget(index);
            index = -1;
        }

        Counters.Impressions++;
        if ((index < 0 || first) && IsPast(e.At))
        {
            Counters.ExpiredImpressions++;
            Observe(e, partition);
            return JoinOutcome.ExpiredImpression;
        }

        Observe(e, partition);
        if (!hasRoom)
        {
            Counters.OverLimitImpressions++;
            return JoinOutcome.ImpressionOverLimit;
        }

        if (index < 0)
        {
            index = _state.AddIdentity(key);
        }
        else if (IsDuplicate(index, hash))
        {
            Counters.DuplicateImpressions++;
            return JoinOutcome.DuplicateImpression;
        }

        bool known = !_state.Identities[index].IsOrphan;
        int kept = _state.AddImpression(index, e, hash);
        if (known)
        {
            Counters.Repeats++;
            _state.Identities.Change(index).Repeats++;
        }
        else
        {
            Counters.Identities++;
        }

        if (first)
        {
            MakeFirst(index, e, kept, snapshotRow);
        }
        else if (_attribution.OnRepeat(index, kept))
        {
            _fates.DecideAgain(_state.Identities[index]);
        }

        return known ? JoinOutcome.Repeat : JoinOutcome.Impression;
    }

    /// <summary>Makes a kept impression the first one; what is known of the identity is decided again by its time.</summary>
    private void MakeFirst(int index, BehaviourEvent e, int kept, int row)
    {
        ref Identity identity = ref _state.Identities.Change(index);
        var former = new FormerImpression(identity.FirstImpression, identity.ShownAt, identity.Day);
        _state.SetFirstImpression(ref identity, kept, e, row);
        identity.ExpiresAt = _times.HorizonEnd(e.At) + _times.Retain;
        _files.File(index, _days.DayOf(e.At));
        _attribution.OnFirst(index, former);
        _fates.DecideAgain(identity);
        Spread(index, _news.Take(index));
    }

    /// <summary>Hands on labels that have just become 1.</summary>
    private void Spread(int index, uint news)
    {
        if (news != 0 && _attribution.OnLabels(index, news))
        {
            Counters.LabelChanges += System.Numerics.BitOperations.PopCount(news);
        }
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
        _state.Prefetch(key);
        EventHash hash = JoinState.HashOf(e);
        int index = _state.Find(key);
        if (IsOver(index) || (index < 0 && IsPast(e.At)))
        {
            Counters.Expired++;
            Counters.Add(type, BehaviourFate.Unmatched, 1);
            Observe(e, partition);
            return JoinOutcome.Expired;
        }

        if (index >= 0)
        {
            _state.PrefetchEvents(index);
        }

        Observe(e, partition);
        if (index >= 0 && IsDuplicate(index, hash))
        {
            Counters.Add(type, BehaviourFate.Duplicate, 1);
            return JoinOutcome.Duplicate;
        }

        bool isOrphan = index < 0 || _state.Identities[index].IsOrphan;
        if ((isOrphan && _state.Orphans >= _limits.Orphans) || !_state.Texts.HasRoom(e.EventId.Length))
        {
            Counters.OverLimit++;
            Counters.Add(type, BehaviourFate.Unmatched, 1);
            return JoinOutcome.OverLimit;
        }

        index = index < 0 ? _state.AddIdentity(key) : index;
        int kept = _state.AddBehaviour(index, e, hash, type);
        _news.Note(index, _state.Events[kept]);
        return !isOrphan ? Join(index, kept)
            : _orphans.Add(index, kept, Watermark) ? JoinOutcome.Pending
            : JoinOutcome.NoImpression;
    }

    private JoinOutcome Join(int index, int kept)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        ref KeptEvent e = ref _state.Events.Change(kept);
        _fates.Decide(identity, ref e);
        Spread(index, _news.Take(index, e));
        if (e.Fate == BehaviourFate.Late)
        {
            return JoinOutcome.Late;
        }

        if (e.BeforeImpression)
        {
            return JoinOutcome.BeforeImpression;
        }

        if (_attribution.OnJoined(index, e))
        {
            return JoinOutcome.Joined;
        }

        Counters.AfterLeaving++;
        return JoinOutcome.AfterLeaving;
    }

    private void Observe(BehaviourEvent e, int partition)
    {
        Time = _clock.Observe(e, partition);
        Counters.ClockAhead += Time.At < e.At ? 1 : 0;
        _news.MoveTo(Time);
        Advance();
    }

    /// <summary>What the watermark has passed: orphans give up, samples leave.</summary>
    private void Advance()
    {
        _orphans.GiveUp(Watermark);
        _attribution.OnWatermark(Watermark);
    }

    private bool IsDuplicate(int index, in EventHash hash)
    {
        int kept = _state.FindEvent(index, hash.Id);
        if (kept >= 0 && _state.Events[kept].Content != hash.Content)
        {
            Counters.Conflicting++;
        }

        return kept >= 0;
    }

    /// <summary>Whether an impression is the first of its identity, as far as is known; -1: the identity is new.</summary>
    private bool IsFirst(BehaviourEvent e, int index) => index < 0 ? !IsPast(e.At) : _state.WouldBeFirst(e, index);

    /// <summary>Whether an impression that would be the first of its identity can be kept; -1: the identity is new.</summary>
    private bool HasRoom(BehaviourEvent e, int index) =>
        ((index >= 0 && !_state.Identities[index].IsOrphan) || _state.Impressed < _limits.Identities)
        && _state.Texts.HasRoom(e.EventId.Length);

    /// <summary>Whether a known identity is more than <c>retain_days</c> past its horizon.</summary>
    private bool IsOver(int index) => index >= 0 && _state.Identities[index].ExpiresAt < Watermark;

    /// <summary>Whether no sample of <paramref name="day"/> can change or come any more: it is more than <c>retain_days</c> past the last horizon and window.</summary>
    public bool IsOver(DateOnly day) =>
        Math.Max(_times.LastHorizonEnd(day.DayNumber), _days.EndOf(day) + Math.Max(_times.LongestWindow, _times.EmitAfter)) + _times.Retain < Watermark;

    /// <summary>Whether even an identity shown at <paramref name="at"/> would be over.</summary>
    private bool IsPast(long at) => _times.HorizonEnd(at) + _times.Retain < Watermark;

    private static bool IsWellFormed(BehaviourEvent e, EventRole role, int code) =>
        !e.Type.IsEmpty && !e.EventId.IsEmpty && SceneDays.Covers(e.At) && EventTypes.HasIds(e, role, code);
}
