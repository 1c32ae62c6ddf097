using Freshet.Experiments.Reports;

namespace Freshet.Cli.Output;

/// <summary>The cost of a day's increments as text.</summary>
internal static class IncrementText
{
    public static string Of(IncrementReport report)
    {
        var table = new TextTable("at", "samples of the day", "learnt", "exact s", "naive s", "checkpoints", "MiB");
        foreach (IncrementTick tick in report.Increments)
        {
            table.Add(
                FormattableString.Invariant($"{(int)tick.Hour:00}:{tick.Hour % 1 * 60:00}"), FormattableString.Invariant($"{tick.DaySamples:N0}"),
                FormattableString.Invariant($"{tick.Learnt:N0}"), FormattableString.Invariant($"{tick.ExactSeconds:F2}"),
                FormattableString.Invariant($"{tick.NaiveSeconds:F2}"), FormattableString.Invariant($"{tick.Checkpoints}"),
                FormattableString.Invariant($"{tick.CheckpointBytes / 1048576.0:N0}"));
        }

        return FormattableString.Invariant(
            $"A day of {report.Samples:N0} samples on {report.Threads} threads. Exact and naive models are {(report.AreEqual ? "equal, bit for bit" : "NOT EQUAL")}.\n{table}");
    }
}
