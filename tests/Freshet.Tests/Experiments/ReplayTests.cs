using System.Text.Json;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Intake;
using Freshet.Scenes;

namespace Freshet.Tests.Experiments;

public sealed class ReplayTests(SharedReplay shared) : IClassFixture<SharedReplay>, IDisposable
{
    private static readonly IReadOnlyList<BehaviourEvent> s_log = SharedReplay.Log;
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-replay-").FullName;
    private int _runs;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_log_gives_the_same_report_to_the_last_bit() =>
        Assert.Equal(Metrics(shared.Report), Metrics(Run(s_log)));

    [Fact]
    public void Events_are_conserved()
    {
        EventReport events = shared.Report.Events;

        Assert.Equal(s_log.Count, events.Read);
        Assert.Equal(events.Read, events.Impressions + events.Behaviours + events.Signals + events.Malformed + events.UnknownType);
        Assert.Equal(events.Behaviours, events.Joined + events.Duplicate + events.Late + events.Unmatched + events.Pending);
        Assert.True(events.Repeats > 0 && events.Duplicate > 0, "The log has no repeats or no duplicates to count.");
    }

    [Fact]
    public void What_is_written_as_events_replays_to_the_same_metrics()
    {
        using var source = new NdjsonEventSource(shared.Events);
        ReplayReport again = Replay.Run(SmallPlatform.Scene, source, Options(), TimeProvider.System);

        Assert.Equal(Metrics(shared.Report), Metrics(again));
    }

    [Fact]
    public void Arms_publish_at_their_own_frequency()
    {
        ReplayReport report = shared.Report;

        // Judged days: 3 and 4 March, and two hours of the 5th.
        Assert.Equal(1, report.Arms[0].Publishes);
        Assert.Equal(3, report.Arms[1].Publishes);
        Assert.InRange(report.Arms[2].Publishes, 25, 28);
        Assert.True(report.Arms[2].StalenessSeconds.P50 < report.Arms[1].StalenessSeconds.P50);
        Assert.True(report.Arms[1].StalenessSeconds.P50 < report.Arms[0].StalenessSeconds.P50);
        Assert.Equal(0, report.UnscoredImpressions);
    }

    [Fact]
    public void What_learns_more_often_knows_more_of_the_ids_it_ranks()
    {
        ReplayReport report = shared.Report;

        Assert.All(report.Arms, arm => Assert.All(arm.Lookups, entry => Assert.InRange(entry.WithoutRow, 0, entry.Lookups)));
        long[] unknown = [.. report.Arms.Select(arm => arm.Lookups.Sum(entry => entry.WithoutRow))];
        Assert.True(unknown[0] > unknown[1] && unknown[1] > unknown[2], $"Without a row: {string.Join(", ", unknown)}.");
        Assert.All(report.Arms, arm => Assert.Equal(report.Arms[0].Lookups.Select(entry => entry.Lookups), arm.Lookups.Select(entry => entry.Lookups)));
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void What_comes_later_changes_no_score_of_what_was_shown_before(Restart restart)
    {
        Scene scene = SmallPlatform.Scene with { Training = SmallPlatform.Scene.Training with { Restart = restart } };
        int cut = s_log.Count * 3 / 4;

        float[] whole = Scores(scene, s_log), part = Scores(scene, s_log.Take(cut));

        Assert.True(part.Length > 100, $"Only {part.Length} scores to compare.");
        Assert.Equal(part, whole[..part.Length]);
    }

    [Fact]
    public void An_event_whose_clock_is_far_ahead_is_counted_and_moves_nothing()
    {
        var future = new BehaviourEvent();
        future.CopyFrom(s_log.First(e => e.Type.SequenceEqual("song_play"u8)));
        future.At += 400L * 24 * 3_600_000;
        future.ReceivedAt = s_log[1_499].ReceivedAt;
        future.Set(EventText.EventId, "from-the-future");

        ReplayReport report = Run([.. s_log.Take(1_500), future, .. s_log.Skip(1_500)]);

        ReplayReport without = shared.Report;
        Assert.Equal(without.Events.ClockAhead + 1, report.Events.ClockAhead);
        Assert.Equal(without.Arms[2].Publishes, report.Arms[2].Publishes);
    }

    [Fact]
    public void An_empty_log_gives_an_empty_report()
    {
        ReplayReport report = Run([]);

        Assert.Equal(0, report.Events.Read);
        Assert.All(report.Arms, arm => Assert.All(arm.Tasks, task => Assert.Null(task.Auc)));
        Assert.Null(report.Labels.Accuracy);
    }

    [Fact]
    public void The_report_has_every_field_of_its_format()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(shared.Report));

        JsonElement arm = json.RootElement.GetProperty("arms")[0];
        RequireNumbers(arm, "publishes", "train_samples_per_second");
        RequireNumbers(arm.GetProperty("tasks")[0], "impressions", "positives", "auc", "gauc", "ne", "logloss", "pcoc");
        RequireNumbers(arm.GetProperty("staleness_seconds"), "p50", "p95");
        RequireNumbers(arm.GetProperty("lookups")[0], "lookups", "without_row");
        Assert.Equal(SmallPlatform.Scene.Slots[0].Name, arm.GetProperty("lookups")[0].GetProperty("slot").GetString());
        RequireNumbers(
            json.RootElement.GetProperty("events"), "read", "impressions", "repeats", "duplicate_impressions", "identities",
            "behaviours", "signals", "joined", "duplicate", "late", "unmatched", "pending", "malformed", "unknown_type", "conflicting");
        RequireNumbers(json.RootElement.GetProperty("labels"), "window_only_accuracy", "accuracy", "coverage");
        RequireNumbers(json.RootElement, "wall_seconds", "peak_memory_bytes");
        Assert.Equal("frozen", arm.GetProperty("name").GetString());
        Assert.Equal("click", arm.GetProperty("tasks")[0].GetProperty("task").GetString());
    }

    [Theory]
    [InlineData(DelayedLoss.Plain, 0)]
    [InlineData(DelayedLoss.Fnw, 0)]
    [InlineData(DelayedLoss.Fnc, 0)]
    [InlineData(DelayedLoss.EsDfm, 15)]
    [InlineData(DelayedLoss.Importance, 15)]
    public void Immediate_mode_runs_with_every_loss_and_repeats_to_the_last_bit(DelayedLoss loss, int minutes)
    {
        Scene scene = SmallPlatform.Scene with
        {
            Attribution = SmallPlatform.Scene.Attribution with { Mode = AttributionMode.Immediate, EmitAfter = TimeSpan.FromMinutes(minutes) },
            Training = SmallPlatform.Scene.Training with { DelayedLoss = loss, Restart = Restart.Previous, BaseStart = BaseStart.Previous },
        };
        ReplayReport Once() => Replay.Run(scene, new SmallPlatform.Source(s_log), Options(), TimeProvider.System);

        ReplayReport report = Once();

        Assert.Equal(Metrics(report), Metrics(Once()));
        Assert.Equal(report.Events.Identities, minutes == 0 ? report.Rows.Observed : report.Events.Identities);
        Assert.True(report.Rows.Positives > 0 && report.Rows.Observed > 0);
        // Once by the bases, and once more at most by the increments between them.
        Assert.InRange(report.Arms[2].TrainedSamples, report.Rows.Observed, 2 * (report.Rows.Observed + report.Rows.Positives));
        Assert.Equal("immediate", report.Delays.Mode);
    }

    [Fact]
    public void A_cancelled_replay_ends_with_a_cancellation() => Assert.Throws<OperationCanceledException>(() => Replay.Run(
        SmallPlatform.Scene, new SmallPlatform.Source(s_log), Options(), TimeProvider.System,
        cancellation: new CancellationToken(canceled: true)));

    private static void RequireNumbers(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Assert.Equal(JsonValueKind.Number, element.GetProperty(name).ValueKind);
        }
    }

    /// <summary>The report without what is measured by the clock.</summary>
    private static string Metrics(ReplayReport report)
    {
        ReplayReport timeless = report with
        {
            WallSeconds = 0,
            PeakMemoryBytes = 0,
            Arms = [.. report.Arms.Select(arm => arm with { TrainSamplesPerSecond = 0 })],
        };
        return System.Text.Encoding.UTF8.GetString(ReportJson.Write(timeless));
    }

    private LoopOptions Options() => SmallPlatform.Loop(Path.Combine(_folder, $"run{_runs++}"));

    private ReplayReport Run(IEnumerable<BehaviourEvent> log) =>
        Replay.Run(SmallPlatform.Scene, new SmallPlatform.Source(log), Options(), TimeProvider.System);

    private float[] Scores(Scene scene, IEnumerable<BehaviourEvent> log)
    {
        using var loop = new ObservedPipeline(scene, Options(), TimeProvider.System);
        foreach (BehaviourEvent arrived in log)
        {
            loop.Take(arrived);
        }

        loop.Finish();
        return [.. Enumerable.Range(0, loop.Samples.Features.Count).Where(row => loop.Predictions.Of(2).IsScored(row))
            .Select(row => loop.Predictions.Of(2).Score(row, task: 0))];
    }
}
