using System.Text;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Intake;

namespace Freshet.Cli.Output;

/// <summary>A report as text that a stranger understands.</summary>
internal static class ReportText
{
    private const int MostSlots = 5;

    public static string Of(ReplayReport report)
    {
        var text = new StringBuilder();
        text.AddLine($"\nScene '{report.Scene}', model '{report.Model}', increments restart from {Restart(report)}; judged from {Day(report)} on.");
        Freshness(text, report);
        Refusals(text, report);
        foreach (string task in report.Arms[0].Tasks.Select(task => task.Task))
        {
            Accuracy(text, report, task);
        }

        Unknown(text, report);
        Gains(text, report);
        Online(text, report);
        Labels(text, report);
        _ = text.Append(DelayText.Of(report.Delays));
        AddRows(text, report.Rows);
        AddEvents(text, report.Events);
        AddMalformed(text, report.Malformed);
        text.AddLine($"Took {report.WallSeconds:F1} s and {report.PeakMemoryBytes / 1e6:F0} MB.");
        return text.ToString();
    }

    private static string Restart(ReplayReport report) => report.Restart == "base" ? "the day's base" : "the last increment";

    private static string Day(ReplayReport report) => report.EvaluateFrom.Length < 10 ? "the end" : report.EvaluateFrom[..10];

    private static void Freshness(StringBuilder text, ReplayReport report)
    {
        text.AddLine($"\nHow fresh: time between an impression and the newest impression that its model had learnt from");
        var table = new TextTable("arm", "median", "95 %", "models", "samples learnt", "samples/s");
        foreach (ArmReport arm in report.Arms)
        {
            table.Add(
                arm.Name, TextLines.Duration(arm.StalenessSeconds.P50), TextLines.Duration(arm.StalenessSeconds.P95), Number(arm.Publishes),
                Number(arm.TrainedSamples), Number((long)arm.TrainSamplesPerSecond));
        }

        _ = text.Append(table);
    }

    private static void Refusals(StringBuilder text, ReplayReport report)
    {
        foreach (ArmReport arm in report.Arms.Where(arm => arm.Refusals.Count > 0))
        {
            string gates = string.Join(", ", arm.Gates.Where(gate => gate.Refused > 0).Select(gate => Text($"{gate.Gate} {gate.Refused:N0}")));
            text.AddLine($"Refused by gates: {arm.Refusals.Count:N0} of {arm.Refusals.Count + arm.Publishes:N0} models of {arm.Name} ({gates}); the live one stayed. Their reasons are in the report.");
        }
    }

    private static void Accuracy(StringBuilder text, ReplayReport report, string task)
    {
        TaskReport first = report.Arms[0].Tasks.First(entry => entry.Task == task);
        text.AddLine($"\nHow accurate: {task} ({first.Positives:N0} of {first.Impressions:N0} impressions)");
        var table = new TextTable("arm", "AUC", "GAUC", "NE", "log loss", "PCOC");
        foreach (ArmReport arm in report.Arms)
        {
            TaskReport entry = arm.Tasks.First(other => other.Task == task);
            table.Add(arm.Name, Metric(entry.Auc), Metric(entry.Gauc), Metric(entry.Ne), Metric(entry.Logloss), Metric(entry.Pcoc));
        }

        _ = text.Append(table);
    }

    private static void Unknown(StringBuilder text, ReplayReport report)
    {
        string[] slots =
        [
            .. report.Arms.SelectMany(arm => arm.Lookups).Where(entry => entry.WithoutRow > 0).GroupBy(entry => entry.Slot)
                .OrderByDescending(group => group.Max(Unknown)).Take(MostSlots).Select(group => group.Key),
        ];
        if (slots.Length == 0)
        {
            return;
        }

        text.AddLine($"\nWhat was not known: share of ids without a row when they were ranked, the {slots.Length} slots with the largest");
        var table = new TextTable(["arm", .. slots]);
        foreach (ArmReport arm in report.Arms)
        {
            table.Add([arm.Name, .. slots.Select(slot => Share(Unknown(arm.Lookups.First(entry => entry.Slot == slot))))]);
        }

        _ = text.Append(table);
    }

    private static double Unknown(LookupReport entry) => entry.Lookups == 0 ? 0 : (double)entry.WithoutRow / entry.Lookups;

    private static void Gains(StringBuilder text, ReplayReport report)
    {
        if (report.Differences.Count == 0)
        {
            return;
        }

        text.AddLine($"\nWhat freshness gained: AUC on the same impressions, 95 % interval over users");
        var table = new TextTable("comparison", "task", "AUC", "from", "to", "");
        foreach (DifferenceReport entry in report.Differences.Where(entry => entry.Metric == "auc"))
        {
            bool isSure = entry.Lower > 0 || entry.Upper < 0;
            table.Add(
                $"{entry.Arm} - {entry.Against}", entry.Task, Signed(entry.Difference), Signed(entry.Lower), Signed(entry.Upper),
                isSure ? "sure" : "not sure");
        }

        _ = text.Append(table);
    }

    private static void Online(StringBuilder text, ReplayReport report)
    {
        if (report.Online is not { Arms.Count: > 0 } online)
        {
            return;
        }

        text.AddLine($"\nWhat it gained for users: each user's pages were ranked by one arm");
        var table = new TextTable("arm", "impressions", "clicks", "click rate", "gain", "95 % interval");
        foreach (OnlineArmReport arm in online.Arms)
        {
            OnlineDifferenceReport? gain = online.Differences.FirstOrDefault(entry => entry.Arm == arm.Arm);
            table.Add(
                arm.Arm, Number(arm.Impressions), Number(arm.Clicks), Text($"{arm.ClickRate:P2}"),
                gain is null ? "" : Text($"{gain.GainPercent:+0.0;-0.0} %"),
                gain is null ? "" : Text($"{gain.Lower:+0.0;-0.0} % to {gain.Upper:+0.0;-0.0} %"));
        }

        _ = text.Append(table);
    }

    private static void Labels(StringBuilder text, ReplayReport report) => text.AddLine($"\nLabels: {Share(report.Labels.Accuracy)} right at the end of their day; a window alone gets {Share(report.Labels.WindowOnlyAccuracy)}. {Share(report.Labels.Coverage)} of behaviours reached their impression.");

    /// <summary>The rows of mode <c>immediate</c>, by kind.</summary>
    public static void AddRows(StringBuilder text, RowReport rows)
    {
        if (rows.Observed > 0)
        {
            text.AddLine($"Rows: {rows.Observed:N0} first rows + {rows.Positives:N0} rows of labels that came later.");
        }
    }

    /// <summary>The two laws of conservation, with their numbers.</summary>
    public static void AddEvents(StringBuilder text, EventReport events)
    {
        text.AddLine($"Events: {events.Read:N0} read = {events.Impressions:N0} impressions + {events.Behaviours:N0} behaviours + {events.Signals:N0} signals + {events.Malformed:N0} malformed + {events.UnknownType:N0} of unknown type.");
        text.AddLine($"Behaviours: {events.Joined:N0} joined + {events.Duplicate:N0} duplicate + {events.Late:N0} late + {events.Unmatched:N0} unmatched + {events.Pending:N0} pending.");
    }

    /// <summary>Malformed lines that no file holds; nothing where all are written.</summary>
    public static void AddMalformed(StringBuilder text, MalformedReport? malformed)
    {
        if (malformed is { NotWritten: > 0 and var lines })
        {
            text.AddLine($"{lines:N0} malformed lines were counted and not written: the file has 'limits.malformed' of the scene.");
        }
    }

    private static string Share(double? share) => share is { } value ? Text($"{value:P1}") : "-";

    private static string Metric(double? value) => value is { } number ? Text($"{number:F4}") : "-";

    private static string Signed(double? value) => value is { } number ? Text($"{number:+0.0000;-0.0000;0.0000}") : "-";

    private static string Number(long value) => Text($"{value:N0}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
