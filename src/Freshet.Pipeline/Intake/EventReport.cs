using Freshet.Core.Events;
using Freshet.Samples;

namespace Freshet.Pipeline.Intake;

/// <summary>Outcomes of the events (docs/joining.md).</summary>
public sealed record EventReport(
    long Read, long Impressions, long Repeats, long DuplicateImpressions, long Identities, long Behaviours, long Signals,
    long Joined, long Duplicate, long Late, long Unmatched, long Pending, long Malformed, long UnknownType, long Conflicting,
    long ClockAhead, long OverLimit)
{
    /// <summary>The counts of a join.</summary>
    /// <param name="counters">The counts.</param>
    public static EventReport Of(JoinCounters counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        return new(
            counters.Read, counters.Impressions, counters.Repeats, counters.DuplicateImpressions, counters.Identities,
            counters.Behaviours, counters.Signals, counters.Joined, counters.Duplicate, counters.Late, counters.Unmatched,
            counters.Pending, counters.Malformed, counters.UnknownType, counters.Conflicting, counters.ClockAhead,
            counters.OverLimitImpressions + counters.OverLimit);
    }
}

/// <summary>What left the join more than once (docs/joining.md).</summary>
/// <param name="Observed">Mode <c>immediate</c>: first rows.</param>
/// <param name="Positives">Mode <c>immediate</c>: rows of labels that came after the first row.</param>
/// <param name="LabelChanges">Labels that became 1 after a sample of their identity had been handed out.</param>
public sealed record RowReport(long Observed, long Positives, long LabelChanges);

/// <summary>Lines that are no events, and what their file does not hold of them.</summary>
/// <param name="NotWritten">Lines and rows that were counted and not written, because the file had <c>limits.malformed</c>.</param>
/// <param name="Reasons">Lines by reason, those included that were not written.</param>
public sealed record MalformedReport(long NotWritten, IReadOnlyList<MalformedReasonReport> Reasons)
{
    /// <summary>What a file counted; null where there is none.</summary>
    /// <param name="file">The file of lines.</param>
    /// <param name="rowsNotWritten">Rows of a dataset that its file of rows does not hold.</param>
    public static MalformedReport? Of(MalformedLineFile? file, long rowsNotWritten = 0) =>
        file is null ? null : new MalformedReport(
            file.NotWritten + rowsNotWritten, [.. file.Reasons.Select(reason => new MalformedReasonReport(reason.Key, reason.Value))]);
}

/// <summary>Malformed lines of one reason.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Lines">How many there were.</param>
public sealed record MalformedReasonReport(string Reason, long Lines);
