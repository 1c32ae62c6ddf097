using System.Text;
using Freshet.Samples.Delays;

namespace Freshet.Cli.Output;

/// <summary>Window advice as text that a stranger understands.</summary>
internal static class DelayText
{
    public static string Of(WindowAdvice advice)
    {
        var text = new StringBuilder();
        text.AddLine($"\nHow long labels take, and what a window costs: every sample waits for it, so its model is so much staler");
        var table = new TextTable(
            "behaviour", "labels", "median", "95 % window", "staleness", "window in force", "coverage", "staleness");
        foreach (LabelDelay entry in advice.Behaviours)
        {
            table.Add(
                entry.Behaviour, FormattableString.Invariant($"{entry.Labels:N0}"), Duration(entry.MedianSeconds), Duration(entry.Window95Seconds),
                Duration(entry.Staleness95Seconds), Duration(entry.WindowSeconds), Share(entry.Coverage), Duration(entry.StalenessSeconds));
        }

        _ = text.Append(table);
        text.AddLine($"Repeats: {Share(advice.RepeatRate)} of impressions show an old page again; {advice.Contradictions:N0} labels came past their window on such a page.");
        text.AddLine($"Mode: the scene has '{advice.Mode}'; advised is {(advice.AdvisedMode is { } mode ? $"'{mode}'" : "none")}. {advice.Reason}");
        return text.ToString();
    }

    private static string Share(double? share) => share is { } value ? FormattableString.Invariant($"{100 * value:F1} %") : "-";

    private static string Duration(double? seconds) => seconds switch
    {
        null => "-",
        < 120 => FormattableString.Invariant($"{seconds:F1} s"),
        < 2 * 3600 => FormattableString.Invariant($"{seconds / 60:F1} min"),
        _ => FormattableString.Invariant($"{seconds / 3600:F1} h"),
    };
}
