using System.Text.Json;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Experiments.Studies;
using Freshet.Scenes;

namespace Freshet.Tests.Experiments.Studies;

public sealed class StudyTests : IDisposable
{
    private static readonly IReadOnlyList<BehaviourEvent> s_log = SharedReplay.Log;
    private static readonly Scene s_scene = SmallPlatform.Scene with { Model = SmallPlatform.Scene.Model with { Name = "deepfm" } };
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-study-").FullName;
    private int _runs;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_line_of_admission_has_the_numbers_of_a_replay_of_its_variant()
    {
        StudyVariant[] variants = [.. AdmissionLadder.Of(s_scene).Where(variant => variant.Name is "none" or "hard+carry" or "dynamic-l1, time frozen")];

        StudyReport study = Study.Run("admission", variants, s_scene, Open, Options("2h"), TimeProvider.System, null, default);

        Assert.Equal(variants.Select(variant => variant.Name), study.Rows.Select(row => row.Name));
        Assert.All(study.Rows.Zip(variants), pair => RequireSame(pair.First, Replayed(pair.Second.Change(s_scene), "2h").Arms[0]));
        StudyRow none = study.Rows[0], hard = study.Rows[1];
        Assert.True(none.Rows > hard.Rows, $"{none.Rows} rows without a rule, {hard.Rows} with the hard one.");
        DifferenceReport auc = study.Differences.Single(entry => entry is { Arm: "hard+carry", Task: "click", Metric: "auc" });
        Assert.Equal("none", auc.Against);
        Assert.Equal(3 * 3 * 2, study.Differences.Count); // three pairs, three tasks, two metrics
        Assert.Equal(hard.Tasks[0].Auc!.Value - none.Tasks[0].Auc!.Value, auc.Difference!.Value, 1e-12);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder, "run0")));
    }

    [Fact]
    public void The_lines_of_frequency_have_the_numbers_of_one_replay_of_its_arms()
    {
        StudyReport study = Study.Frequency(s_scene, Open, Options("frozen,full-12h,daily,2h"), TimeProvider.System);

        ReplayReport replay = Replayed(s_scene, "frozen,full-12h,daily,2h");
        Assert.Equal(replay.Arms.Select(arm => arm.Name), study.Rows.Select(row => row.Name));
        Assert.All(study.Rows.Zip(replay.Arms), pair => RequireSame(pair.First, pair.Second));
        Assert.Equal(replay.Differences, study.Differences);
        Assert.All(study.Rows, row => Assert.True(row.TrainingSeconds > 0 && row.RowMemoryBytes > 0 && row.NonzeroShare > 0.9));
        double[] delays = [.. study.Rows.Select(row => row.DelaySeconds.Mean)];
        Assert.True(delays[0] > delays[2] && delays[2] > delays[1] && delays[1] > delays[3], string.Join(", ", delays));
    }

    [Fact]
    public void Metrics_over_days_are_the_mean_and_variance_of_the_days()
    {
        // What is shown on the first judged day is scored alike whether the log goes on or not.
        StudyTaskReport click = Study.Frequency(s_scene, Open, Options("daily"), TimeProvider.System).Rows[0].Tasks[0];
        LoopOptions second = Options("daily") with { EvaluateFrom = new DateOnly(2026, 3, 4) };
        StudyTaskReport rest = Study.Frequency(s_scene, Open, second, TimeProvider.System).Rows[0].Tasks[0];

        Assert.Equal((2, 1), (click.Days, rest.Days));
        Assert.Equal(rest.Auc, rest.DailyAuc.Mean);
        double distance = click.DailyAuc.Mean!.Value - rest.DailyAuc.Mean!.Value;
        Assert.NotEqual(0, distance);
        Assert.Equal(2 * distance * distance, click.DailyAuc.Variance!.Value, 1e-12);
        Assert.Equal(new DayStatistics(0.5, 0.0625), DayStatistics.Of([0.25, null, 0.75, 0.5]));
        Assert.Equal(new DayStatistics(0.4, null), DayStatistics.Of([null, 0.4]));
        Assert.Equal(new DayStatistics(null, null), DayStatistics.Of([null]));
    }

    [Fact]
    public void A_study_of_an_empty_log_says_so()
    {
        StudyReport study = Study.Admission(s_scene, () => new SmallPlatform.Source([]), Options("2h"), TimeProvider.System);

        Assert.All(study.Rows, row => Assert.Null(row.Tasks[0].Auc));
        Assert.Empty(study.Differences);
        Assert.Contains("No impression was judged", StudyText.Of(study), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_at_several_frequencies_are_refused() => Assert.Contains(
        "there are 2",
        Assert.Throws<ArgumentException>(() => Study.Admission(s_scene, Open, Options("daily,2h"), TimeProvider.System)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_report_has_every_field_of_its_format()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(StudyReports.Admission()));

        JsonElement row = json.RootElement.GetProperty("rows")[0];
        Assert.All(
            ["study", "scene", "model", "restart", "evaluate_from", "gauc_groups", "arms", "differences", "wall_seconds", "peak_memory_bytes"],
            name => Assert.True(json.RootElement.TryGetProperty(name, out _), name));
        Assert.All(
            ["name", "tasks", "publishes", "refused", "trained_samples", "training_seconds", "delay_seconds", "rows", "nonzero_share", "row_memory_bytes"],
            name => Assert.True(row.TryGetProperty(name, out _), name));
        Assert.All(
            ["task", "impressions", "positives", "auc", "gauc", "ne", "days", "daily_auc", "daily_gauc", "daily_ne"],
            name => Assert.True(row.GetProperty("tasks")[0].TryGetProperty(name, out _), name));
        Assert.Equal(0.25, row.GetProperty("tasks")[0].GetProperty("daily_auc").GetProperty("variance").GetDouble());
    }

    private static void RequireSame(StudyRow row, ArmReport arm)
    {
        Assert.Equal(
            arm.Tasks.Select(task => (task.Task, task.Impressions, task.Positives, task.Auc, task.Gauc, task.Ne)),
            row.Tasks.Select(task => (task.Task, task.Impressions, task.Positives, task.Auc, task.Gauc, task.Ne)));
        Assert.Equal(
            (arm.Publishes, arm.Refusals.Count, arm.TrainedSamples, arm.StalenessSeconds.P50, arm.StalenessSeconds.P95),
            (row.Publishes, row.Refused, row.TrainedSamples, row.DelaySeconds.P50, row.DelaySeconds.P95));
    }

    private static SmallPlatform.Source Open() => new(s_log);

    private LoopOptions Options(string arms) => SmallPlatform.Loop(Directory.CreateDirectory(Path.Combine(_folder, $"run{_runs++}")).FullName, arms);

    private ReplayReport Replayed(Scene scene, string arms) => Replay.Run(scene, Open(), Options(arms), TimeProvider.System);
}
