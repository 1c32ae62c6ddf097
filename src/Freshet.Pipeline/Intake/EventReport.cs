using Freshet.Samples;

namespace Freshet.Pipeline.Intake;

/// <summary>Outcomes of the events (docs/joining.md).</summary>
public sealed record EventReport(
    long Read, long Impressions, long Repeats, long DuplicateImpressions, long Identities, long Behaviours, long Signals,
    long Joined, long Duplicate, long Late, long Unmatched, long Pending, long Malformed, long UnknownType, long Conflicting,
    long ClockAhead)
{
    /// <summary>The counts of a join.</summary>
    /// <param name="counters">The counts.</param>
    public static EventReport Of(JoinCounters counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        return new(
            counters.Read, counters.Impressions, counters.Repeats, counters.DuplicateImpressions, counters.Identities,
            counters.Behaviours, counters.Signals, counters.Joined, counters.Duplicate, counters.Late, counters.Unmatched,
            counters.Pending, counters.Malformed, counters.UnknownType, counters.Conflicting, counters.ClockAhead);
    }
}

/// <summary>What left the join more than once (docs/joining.md).</summary>
/// <param name="Observed">Mode <c>immediate</c>: first rows.</param>
/// <param name="Positives">Mode <c>immediate</c>: rows of labels that came after the first row.</param>
/// <param name="LabelChanges">Labels that became 1 after a sample of their identity had been handed out.</param>
public sealed record RowReport(long Observed, long Positives, long LabelChanges);
