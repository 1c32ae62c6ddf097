using System.Diagnostics;
using System.Globalization;
using Freshet.Experiments.Evaluation;
using Freshet.Models;
using Freshet.Pipeline.Intake;
using Freshet.Pipeline.Tracks;
using Freshet.Samples;
using Freshet.Samples.Delays;
using Freshet.Scenes;

namespace Freshet.Experiments.Reports;

/// <summary>Makes the report of a loop that has finished.</summary>
internal static class ReportBuilder
{
    public static ReplayReport Build(
        Scene scene, ObservedPipeline loop, JudgedRows rows, SampleTable truth, OnlineReport? online, TimeSpan elapsed)
    {
        var evaluator = new Evaluator(scene, rows, loop.Predictions, [.. loop.Tracks.Select(track => track.Plan.Name)]);
        (LabelAccuracy window, LabelAccuracy attribution) = loop.Labels.Judge(truth);
        JoinCounters counters = loop.Pipeline.Joiner.Counters;
        using var process = Process.GetCurrentProcess();
        return new ReplayReport
        {
            Scene = scene.Name,
            Model = scene.Model.Name,
            Restart = scene.Training.Restart == Restart.Base ? "base" : "previous",
            EvaluateFrom = Local(loop.Predictions.EvaluateFrom, scene.TimeZone),
            GaucGroups = rows.GroupsAreRequests ? "request" : "user_15m",
            UnscoredImpressions = rows.Unscored,
            Arms = [.. loop.Tracks.Select((track, index) => Report(track, index, evaluator, Lookups(scene, loop.Predictions.Of(index).Lookups)))],
            FirstBaseLoss = loop.Pipeline.Tracks.FirstBaseLoss.Means,
            Differences = evaluator.Differences(),
            Events = EventReport.Of(loop.Pipeline.Joiner.Counters),
            Labels = new LabelReport(
                Share(window), Share(attribution), loop.Pipeline.Joiner.Counters.Behaviours == 0 ? null : loop.Pipeline.Joiner.Counters.Coverage),
            Delays = WindowAdvice.Of(scene, loop.Pipeline.Joiner),
            Rows = new RowReport(counters.Observed, counters.Positives, counters.LabelChanges),
            Online = online,
            WallSeconds = elapsed.TotalSeconds,
            PeakMemoryBytes = process.PeakWorkingSet64,
        };
    }

    private static double? Share(LabelAccuracy accuracy) => accuracy.Identities == 0 ? null : accuracy.Share;

    /// <summary>ISO 8601 in <paramref name="zone"/>; empty for <see cref="long.MaxValue"/>.</summary>
    internal static string Local(long at, TimeZoneInfo zone) => at == long.MaxValue
        ? ""
        : TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone).ToString("O", CultureInfo.InvariantCulture);

    private static LookupReport[] Lookups(Scene scene, SlotLookups lookups) =>
        [.. scene.Slots.Select((slot, index) => new LookupReport(slot.Name, lookups.Of(index), lookups.WithoutRow(index)))];

    private static ArmReport Report(ModelTrack arm, int index, Evaluator evaluator, IReadOnlyList<LookupReport> lookups) => new()
    {
        Name = arm.Plan.Name,
        Publishes = arm.Publishes,
        Unchanged = arm.Unchanged,
        Evicted = arm.Evicted,
        Tasks = evaluator.Tasks(index),
        StalenessSeconds = evaluator.Staleness(index),
        TrainedSamples = arm.SamplesLearnt,
        TrainSamplesPerSecond = arm.TrainingTime == TimeSpan.Zero ? 0 : arm.SamplesLearnt / arm.TrainingTime.TotalSeconds,
        Lookups = lookups,
        Slices = evaluator.Slices(index),
        Refusals = arm.Refusals,
        Gates = arm.GateCounts,
    };
}
