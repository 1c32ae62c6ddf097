using System.Globalization;
using System.Text;
using Freshet.Pipeline.Joining;
using Freshet.Scenes;

namespace Freshet.Cli.Output;

/// <summary>The report of a join as text.</summary>
internal static class JoinText
{
    public static string Of(JoinReport report, Scene scene, string folder, string? malformed)
    {
        var text = new StringBuilder();
        text.AddLine($"Scene '{report.Scene}', {report.Mode}, {Until(report, scene)}: {report.Samples:N0} samples.");
        if (report.Days.Count > 0)
        {
            Days(text, report, scene);
        }

        ReportText.AddRows(text, report.Rows);
        ReportText.AddEvents(text, report.Events);
        Reasons(text, report);
        if (malformed is not null)
        {
            text.AddLine($"Malformed lines, with their reasons: {malformed}");
        }

        ReportText.AddMalformed(text, report.Malformed);

        if (report.Checkpoints is { Begun: > 0 } checkpoints)
        {
            text.AddLine($"Checkpoints: {checkpoints.Begun:N0}; the longest held the stream for {checkpoints.LongestHoldSeconds * 1000:F1} ms.");
        }

        text.AddLine($"{State(report, folder)} Took {report.WallSeconds:F1} s and {report.PeakMemoryBytes / 1e6:F0} MB.");
        return text.ToString();
    }

    private static string Until(JoinReport report, Scene scene) => report.Cutoff is { } cutoff
        ? FormattableString.Invariant($"cutoff {TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(cutoff), scene.TimeZone):yyyy-MM-dd HH:mm:ss zzz}")
        : "all events";

    private static string State(JoinReport report, string folder) => report switch
    {
        { Manifest: null } => "No event came; nothing was written.",
        { Written: true } => FormattableString.Invariant($"Wrote cutoff {report.Manifest} to {folder}."),
        _ => FormattableString.Invariant($"Cutoff {report.Manifest} was in {folder} already; nothing was written."),
    };

    private static void Days(StringBuilder text, JoinReport report, Scene scene)
    {
        var table = new TextTable(["day", "samples", "repeats", .. scene.Behaviours.Select(behaviour => behaviour.Name)]);
        foreach (JoinDayReport day in report.Days)
        {
            table.Add([day.Day, Number(day.Samples), Number(day.Repeats), .. scene.Behaviours.Select(behaviour => Number(day.Positives[behaviour.Name]))]);
        }

        _ = text.Append(table);
    }

    private static void Reasons(StringBuilder text, JoinReport report)
    {
        JoinReasonReport reasons = report.Reasons;
        (string Name, long Count)[] all =
        [
            ("before their impression", reasons.BeforeImpression), ("after their sample had left", reasons.AfterLeaving),
            ("without request", reasons.NoRequest), ("without impression", reasons.NoImpression), ("expired", reasons.Expired),
            ("expired impressions", reasons.ExpiredImpressions), ("over the limit", reasons.OverLimit),
            ("impressions over the limit", reasons.OverLimitImpressions), ("conflicting", report.Events.Conflicting),
            ("arrived after the cutoff, not counted", reasons.AfterCutoff),
        ];
        string some = string.Join(", ", all.Where(reason => reason.Count > 0).Select(reason => $"{Number(reason.Count)} {reason.Name}"));
        if (some.Length > 0)
        {
            text.AddLine($"Of them: {some}.");
        }

        if (report.Coverage is { } coverage)
        {
            text.AddLine($"Coverage: {coverage:P1} of distinct behaviours reached their sample.");
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
