using System.Text;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Output;

/// <summary>A study as one table.</summary>
internal static class StudyText
{
    public static string Of(StudyReport report)
    {
        var text = new StringBuilder();
        text.AddLine($"\nStudy of {report.Study}: scene '{report.Scene}', model '{report.Model}', {(report.Restart == "base" ? "increments restart from the day's base" : "increments go on from the last")}, arms {string.Join(", ", report.Arms)}.");
        if (report.Rows[0].Tasks[0].Impressions == 0)
        {
            text.AddLine($"No impression was judged: the log ends before {report.EvaluateFrom}, or no model was live.");
        }

        if (report.Study == "admission")
        {
            Admission(text, report);
        }
        else
        {
            Frequency(text, report);
        }

        text.AddLine($"Took {report.WallSeconds:F1} s and {report.PeakMemoryBytes / 1e6:F0} MB.");
        return text.ToString();
    }

    /// <summary>A line a variant.</summary>
    private static void Admission(StringBuilder text, StudyReport report)
    {
        IReadOnlyList<StudyTaskReport> tasks = report.Rows[0].Tasks;
        text.AddLine($"Judged: {string.Join(", ", tasks.Select(task => Text($"{task.Task} {task.Positives:N0}")))} of {tasks[0].Impressions:N0} impressions. + or -: better or worse than '{report.Rows[0].Name}', the whole 95 % interval over users.\n");
        var table = new TextTable(["variant", .. tasks.SelectMany(task => new[] { $"{task.Task} AUC", "GAUC", "NE" }), "rows", "not 0", "memory", "training"]);
        foreach (StudyRow row in report.Rows)
        {
            table.Add(
            [
                row.Name,
                .. row.Tasks.SelectMany(task => new[]
                {
                    Metric(task.Auc) + Mark(report, row.Name, task.Task, "auc"), Metric(task.Gauc), Metric(task.Ne) + Mark(report, row.Name, task.Task, "ne"),
                }),
                Text($"{row.Rows:N0}"), Share(row.NonzeroShare), Text($"{row.RowMemoryBytes / 1e6:F1} MB"), Text($"{row.TrainingSeconds:F1} s"),
            ]);
        }

        _ = text.Append(table);
    }

    /// <summary>A line an arm and task; what an arm costs stands beside its first task.</summary>
    private static void Frequency(StringBuilder text, StudyReport report)
    {
        text.AddLine($"Metrics: mean and variance over {report.Rows[0].Tasks[0].Days:N0} days. Delay: age of the newest sample that the model had learnt when an impression was shown.\n");
        var table = new TextTable(
            "arm", "task", "AUC", "variance", "GAUC", "variance", "NE", "variance", "delay mean", "50 %", "95 %", "models", "training", "samples", "rows", "not 0",
            "memory");
        foreach (StudyRow row in report.Rows)
        {
            for (int task = 0; task < row.Tasks.Count; task++)
            {
                StudyTaskReport entry = row.Tasks[task];
                string[] costs =
                [
                    TextLines.Duration(row.DelaySeconds.Mean), TextLines.Duration(row.DelaySeconds.P50), TextLines.Duration(row.DelaySeconds.P95), Text($"{row.Publishes:N0}"),
                    Text($"{row.TrainingSeconds:F1} s"), Text($"{row.TrainedSamples:N0}"), Text($"{row.Rows:N0}"), Share(row.NonzeroShare),
                    Text($"{row.RowMemoryBytes / 1e6:F1} MB"),
                ];
                table.Add(
                [
                    task == 0 ? row.Name : "", entry.Task, Metric(entry.DailyAuc.Mean), Variance(entry.DailyAuc), Metric(entry.DailyGauc.Mean),
                    Variance(entry.DailyGauc), Metric(entry.DailyNe.Mean), Variance(entry.DailyNe),
                    .. task == 0 ? costs : Enumerable.Repeat("", costs.Length),
                ]);
            }
        }

        _ = text.Append(table);
    }

    private static string Mark(StudyReport report, string variant, string task, string metric)
    {
        DifferenceReport? entry = report.Differences.FirstOrDefault(
            other => other.Arm == variant && other.Against == report.Rows[0].Name && other.Task == task && other.Metric == metric);
        bool rises = entry?.Lower > 0, falls = entry?.Upper < 0;
        return (rises || falls) ? rises == (metric == "auc") ? "+" : "-" : " ";
    }

    private static string Metric(double? value) => value is { } number ? Text($"{number:F4}") : "-";

    private static string Variance(DayStatistics days) => days.Variance is { } number ? Text($"{number:0.0e0}") : "-";

    private static string Share(double? share) => share is { } value ? Text($"{value:P1}") : "-";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
