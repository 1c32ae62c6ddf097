using Freshet.Experiments.Reports;

namespace Freshet.Cli.Output;

/// <summary>A study of labels as text.</summary>
internal static class LabelStudyText
{
    public static string Of(LabelStudyReport report)
    {
        var table = new TextTable("mode", "accuracy", "least after 02:00", "of what had arrived", "coverage", "contradictions");
        foreach (LabelArmReport arm in report.Arms)
        {
            table.Add(
                arm.WindowSeconds is { } window ? $"window {Duration(window)}" : $"cumulative, min_age {Duration(arm.MinAgeSeconds ?? 0)}",
                Share(arm.Accuracy), Share(arm.LeastAccuracy), Share(arm.LeastOfArrived), Share(arm.Coverage),
                FormattableString.Invariant($"{arm.Contradictions:N0}"));
        }

        LabelArmReport last = report.Arms[^1];
        return FormattableString.Invariant(
            $"One day, seed {report.Seed}, {report.Events:N0} events, cutoffs every 15 min; {last.Identities:N0} identities judged at its end in cumulative mode.\n{table}");
    }

    private static string Share(double? share) => share is { } value ? FormattableString.Invariant($"{value:P2}") : "";

    private static string Duration(double seconds) => seconds < 3600
        ? FormattableString.Invariant($"{seconds / 60:0.#} min")
        : FormattableString.Invariant($"{seconds / 3600:0.#} h");
}
