using System.Diagnostics;
using Freshet.Pipeline.Intake;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;

namespace Freshet.Pipeline.Joining;

/// <summary>The report of <c>join</c>; every field is described in docs/formats.md.</summary>
public sealed record JoinReport
{
    /// <summary>Name of the scene.</summary>
    public required string Scene { get; init; }

    /// <summary>How samples were made: <c>cumulative</c>, <c>window</c> or <c>immediate</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The cutoff that was asked for, ms since the epoch; null for none.</summary>
    public required long? Cutoff { get; init; }

    /// <summary>Name of the manifest: the cutoff, or the watermark at the end; null where no event came.</summary>
    public required long? Manifest { get; init; }

    /// <summary>Whether the sample files were written; false where they were there already, or there was nothing to write.</summary>
    public required bool Written { get; init; }

    /// <summary>Samples of all days.</summary>
    public required long Samples { get; init; }

    /// <summary>One entry a day, ascending.</summary>
    public required IReadOnlyList<JoinDayReport> Days { get; init; }

    /// <summary>Rows that mode <c>immediate</c> handed out, and labels that changed.</summary>
    public required RowReport Rows { get; init; }

    /// <summary>What became of the events.</summary>
    public required EventReport Events { get; init; }

    /// <summary>The same by reason.</summary>
    public required JoinReasonReport Reasons { get; init; }

    /// <summary>The behaviours by event type.</summary>
    public required IReadOnlyList<JoinTypeReport> Types { get; init; }

    /// <summary>Distinct behaviours that reached their sample ÷ distinct behaviours; null where there are none.</summary>
    public required double? Coverage { get; init; }

    /// <summary>Checkpoints of this process.</summary>
    public required JoinCheckpointReport Checkpoints { get; init; }

    /// <summary>Malformed lines by reason; null where none are kept in a file.</summary>
    public MalformedReport? Malformed { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Largest resident memory of the process.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>The report of a run that has ended.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="options">Settings of the run.</param>
    /// <param name="run">The run.</param>
    /// <param name="elapsed">What it took.</param>
    public static JoinReport Of(Scene scene, JoinRunOptions options, JoinRun run, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(run);
        JoinCounters counters = run.Counters;
        IReadOnlyList<DayCount> days = run.LastCutoff is { } cutoff ? DayCount.Of(run.Samples, scene, cutoff) : [];
        using var process = Process.GetCurrentProcess();
        return new JoinReport
        {
            Scene = scene.Name,
            Mode = AttributionModeText.Of(scene.Attribution.Mode),
            Cutoff = options.Cutoff,
            Manifest = run.LastCutoff,
            Written = run.HasWritten,
            Samples = days.Sum(day => day.Samples),
            Days = [.. days.Select(day => JoinDayReport.Of(scene, day))],
            Rows = new RowReport(counters.Observed, counters.Positives, counters.LabelChanges),
            Events = EventReport.Of(counters),
            Reasons = new JoinReasonReport(
                counters.BeforeImpression, counters.AfterLeaving, counters.NoRequest, counters.NoImpression, counters.Expired,
                counters.ExpiredImpressions, counters.OverLimit, counters.OverLimitImpressions, run.AfterCutoff),
            Types = [.. scene.Behaviours.Select(behaviour => behaviour.EventType)
                .Concat(scene.Regressions.Select(regression => regression.EventType)).Distinct()
                .Select(type => JoinTypeReport.Of(type, counters))],
            Coverage = counters.Behaviours == counters.Duplicate ? null : counters.Coverage,
            Checkpoints = new JoinCheckpointReport(run.Checkpoints.Count, run.Checkpoints.LongestHold.TotalSeconds, run.ResumedAfter),
            WallSeconds = elapsed.TotalSeconds,
            PeakMemoryBytes = process.PeakWorkingSet64,
        };
    }
}

/// <summary>The samples of one scene day.</summary>
/// <param name="Day">In the scene's zone.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="Repeats">Further impressions of their identities.</param>
/// <param name="Positives">Samples with a label of 1, by behaviour.</param>
public sealed record JoinDayReport(string Day, long Samples, long Repeats, IReadOnlyDictionary<string, long> Positives)
{
    internal static JoinDayReport Of(Scene scene, DayCount day) => new(
        FormattableString.Invariant($"{day.Day:yyyy-MM-dd}"), day.Samples, day.Repeats,
        scene.Behaviours.Select((behaviour, i) => (behaviour.Name, Count: day.Positives[i])).ToDictionary(pair => pair.Name, pair => pair.Count));
}

/// <summary>Why events ended as they did (docs/joining.md).</summary>
public sealed record JoinReasonReport(
    long BeforeImpression, long AfterLeaving, long NoRequest, long NoImpression, long Expired, long ExpiredImpressions,
    long OverLimit, long OverLimitImpressions, long AfterCutoff);

/// <summary>Checkpoints of one process that joined.</summary>
/// <param name="Begun">How many it began.</param>
/// <param name="LongestHoldSeconds">The longest that one held the stream.</param>
/// <param name="ResumedAfter">Events after which the join went on from a checkpoint; 0 where it began at the start.</param>
public sealed record JoinCheckpointReport(int Begun, double LongestHoldSeconds, long ResumedAfter);

/// <summary>What became of the behaviours of one event type.</summary>
public sealed record JoinTypeReport(string Type, long Joined, long Duplicate, long Late, long Unmatched, long Pending)
{
    internal static JoinTypeReport Of(string type, JoinCounters counters) => new(
        type, counters.Of(type, BehaviourFate.Joined), counters.Of(type, BehaviourFate.Duplicate), counters.Of(type, BehaviourFate.Late),
        counters.Of(type, BehaviourFate.Unmatched), counters.Of(type, BehaviourFate.Pending));
}
