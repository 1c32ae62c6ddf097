namespace Freshet.Samples;

/// <summary>What became of one event when it arrived. Later events may revise it; <see cref="JoinCounters"/> follow.</summary>
public enum JoinOutcome
{
    /// <summary>A new identity: its first impression.</summary>
    Impression,

    /// <summary>A further impression of a known identity; it may be earlier than the first and then takes its place.</summary>
    Repeat,

    /// <summary>An impression whose event_id was seen for its identity.</summary>
    DuplicateImpression,

    /// <summary>An impression whose identity's state is gone, or would be: it is counted and not sampled.</summary>
    ExpiredImpression,

    /// <summary>A first impression for which there was no room (<c>limits.identities</c>): it is counted and not sampled.</summary>
    ImpressionOverLimit,

    /// <summary>A behaviour that reached its identity.</summary>
    Joined,

    /// <summary>Joined, but earlier than the impression: it changes no label.</summary>
    BeforeImpression,

    /// <summary>Joined by its time, but in <c>window</c> mode the sample had left: it changes no label.</summary>
    AfterLeaving,

    /// <summary>A behaviour whose event_id was seen for its identity.</summary>
    Duplicate,

    /// <summary>A behaviour of a known identity whose window or horizon was over, by event time.</summary>
    Late,

    /// <summary>Unmatched: an organic behaviour, without request_id.</summary>
    NoRequest,

    /// <summary>Unmatched: no impression within <c>orphan_wait</c>.</summary>
    NoImpression,

    /// <summary>Unmatched: more than <c>retain_days</c> after the horizon, the state is gone.</summary>
    Expired,

    /// <summary>Unmatched: there was no room to keep it (<c>limits.orphans</c>).</summary>
    OverLimit,

    /// <summary>A behaviour that waits for its impression.</summary>
    Pending,

    /// <summary>Item status, profile, or a type that feeds features only.</summary>
    Signal,

    /// <summary>A type that the scene does not name.</summary>
    UnknownType,

    /// <summary>An event without an id that its type needs, or with a time outside the calendar.</summary>
    Malformed,
}
