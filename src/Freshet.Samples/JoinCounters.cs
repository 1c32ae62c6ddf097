namespace Freshet.Samples;

/// <summary>
/// What became of every event since the start of the job. Always: <c>read = impressions + behaviours + signals + malformed
/// + unknown_type</c> and <c>behaviours = joined + duplicate + late + unmatched + pending</c>.
/// </summary>
/// <remarks>
/// Impressions end as identities, repeats, duplicates, expired ones or ones over the limit: <c>impressions = identities + repeats +
/// duplicate_impressions + expired_impressions + over_limit_impressions</c>. Not thread-safe.
/// </remarks>
public sealed class JoinCounters
{
    private const int Fates = (int)BehaviourFate.Pending + 1;
    private readonly string[] _types;
    private readonly long[] _byType;
    private readonly long[] _fates = new long[Fates];

    internal JoinCounters(IEnumerable<string> behaviourTypes)
    {
        _types = [.. behaviourTypes];
        _byType = new long[_types.Length * Fates];
    }

    /// <summary>All events and lines.</summary>
    public long Read => Impressions + Behaviours + Signals + Malformed + UnknownType;

    /// <summary>All impression events.</summary>
    public long Impressions { get; internal set; }

    /// <summary>Further impressions of known identities.</summary>
    public long Repeats { get; internal set; }

    /// <summary>Impressions whose event_id was seen for their identity.</summary>
    public long DuplicateImpressions { get; internal set; }

    /// <summary>Impressions that came more than <c>retain_days</c> after their horizon.</summary>
    public long ExpiredImpressions { get; internal set; }

    /// <summary>
    /// First impressions, or earlier first ones, for which there was no room: the join had <c>limits.identities</c> of them, or no room for
    /// their ids.
    /// </summary>
    public long OverLimitImpressions { get; internal set; }

    /// <summary>Impression identities.</summary>
    public long Identities { get; internal set; }

    /// <summary>All events of the types that behaviours and regressions of the scene come from.</summary>
    public long Behaviours { get; internal set; }

    /// <summary>Item status, profiles and feature-only types.</summary>
    public long Signals { get; internal set; }

    /// <summary>Behaviours that reached their identity.</summary>
    public long Joined => Of(BehaviourFate.Joined);

    /// <summary>Behaviours whose event_id was seen for their identity.</summary>
    public long Duplicate => Of(BehaviourFate.Duplicate);

    /// <summary>Behaviours whose identity is known and whose window or horizon was over.</summary>
    public long Late => Of(BehaviourFate.Late);

    /// <summary>Behaviours without an identity: <see cref="NoRequest"/> + <see cref="NoImpression"/> + <see cref="Expired"/> +
    /// <see cref="OverLimit"/>.</summary>
    public long Unmatched => Of(BehaviourFate.Unmatched);

    /// <summary>Behaviours that wait for their impression.</summary>
    public long Pending => Of(BehaviourFate.Pending);

    /// <summary>Lines that are no events, and events without what their type needs.</summary>
    public long Malformed { get; private set; }

    /// <summary>Events of types that the scene does not name.</summary>
    public long UnknownType { get; internal set; }

    /// <summary>Events whose <c>at</c> is later than their <c>received_at</c> by more than <c>max_skew</c>: it is not believed. They are in their other counts too.</summary>
    public long ClockAhead { get; internal set; }

    /// <summary>Duplicates, of impressions too, that differ from the event that came first.</summary>
    public long Conflicting { get; internal set; }

    /// <summary>Of <see cref="Joined"/>: earlier than the impression.</summary>
    public long BeforeImpression { get; internal set; }

    /// <summary>Of <see cref="Joined"/>, in <c>window</c> mode: in time, but arrived when the sample had left.</summary>
    public long AfterLeaving { get; internal set; }

    /// <summary>Labels that became 1 after a sample of their identity had been handed out without them (docs/joining.md).</summary>
    public long LabelChanges { get; internal set; }

    /// <summary>
    /// Labels past their window, of identities that were looked at again: a window makes of each a second sample that contradicts the first.
    /// The other modes repair them.
    /// </summary>
    public long Contradictions { get; internal set; }

    /// <summary>In <c>immediate</c> mode: first rows that have left.</summary>
    public long Observed { get; internal set; }

    /// <summary>In <c>immediate</c> mode: rows of labels that came after the first row.</summary>
    public long Positives { get; internal set; }

    /// <summary>Of <see cref="Unmatched"/>: no request_id.</summary>
    public long NoRequest { get; internal set; }

    /// <summary>Of <see cref="Unmatched"/>: no impression within <c>orphan_wait</c>.</summary>
    public long NoImpression => Unmatched - NoRequest - Expired - OverLimit;

    /// <summary>Of <see cref="Unmatched"/>: more than <c>retain_days</c> after the horizon.</summary>
    public long Expired { get; internal set; }

    /// <summary>
    /// Of <see cref="Unmatched"/>: the join had <c>limits.orphans</c> behaviours without an impression, or no room for the id of one more.
    /// </summary>
    public long OverLimit { get; internal set; }

    /// <summary>Share of distinct behaviours that reached their sample: joined ÷ (behaviours − duplicate); 1 where there are none.</summary>
    public double Coverage => Behaviours == Duplicate
        ? 1
        : (double)(Joined - AfterLeaving) / (Behaviours - Duplicate);

    /// <summary>Behaviours that ended so.</summary>
    public long Of(BehaviourFate fate) => _fates[(int)fate];

    /// <summary>Behaviours of one event type that ended so; 0 for a type that the scene does not name.</summary>
    public long Of(string eventType, BehaviourFate fate)
    {
        int type = Array.IndexOf(_types, eventType);
        return type < 0 ? 0 : _byType[(type * Fates) + (int)fate];
    }

    /// <summary>Counts lines that the source could not read as events.</summary>
    /// <param name="count">How many, &gt;= 0.</param>
    public void AddMalformed(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Malformed += count;
    }

    /// <summary>Writes all counts for a checkpoint.</summary>
    internal void Save(BinaryWriter writer)
    {
        ReadOnlySpan<long> counts =
        [
            Impressions, Repeats, DuplicateImpressions, ExpiredImpressions, Identities, Behaviours, Signals, Malformed, UnknownType,
            ClockAhead, Conflicting, BeforeImpression, AfterLeaving, LabelChanges, Contradictions, Observed, Positives, NoRequest, Expired,
            OverLimitImpressions, OverLimit, .. _fates, .. _byType,
        ];
        foreach (long count in counts)
        {
            writer.Write(count);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same event types.</summary>
    internal void Restore(BinaryReader reader)
    {
        Impressions = reader.ReadInt64();
        Repeats = reader.ReadInt64();
        DuplicateImpressions = reader.ReadInt64();
        ExpiredImpressions = reader.ReadInt64();
        Identities = reader.ReadInt64();
        Behaviours = reader.ReadInt64();
        Signals = reader.ReadInt64();
        Malformed = reader.ReadInt64();
        UnknownType = reader.ReadInt64();
        ClockAhead = reader.ReadInt64();
        Conflicting = reader.ReadInt64();
        BeforeImpression = reader.ReadInt64();
        AfterLeaving = reader.ReadInt64();
        LabelChanges = reader.ReadInt64();
        Contradictions = reader.ReadInt64();
        Observed = reader.ReadInt64();
        Positives = reader.ReadInt64();
        NoRequest = reader.ReadInt64();
        Expired = reader.ReadInt64();
        OverLimitImpressions = reader.ReadInt64();
        OverLimit = reader.ReadInt64();
        foreach (ref long count in _fates.AsSpan())
        {
            count = reader.ReadInt64();
        }

        foreach (ref long count in _byType.AsSpan())
        {
            count = reader.ReadInt64();
        }
    }

    internal void Add(int type, BehaviourFate fate, int count)
    {
        _fates[(int)fate] += count;
        _byType[(type * Fates) + (int)fate] += count;
    }
}
