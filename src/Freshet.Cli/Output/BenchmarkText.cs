using System.Text;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Output;

/// <summary>The report of a benchmark as text.</summary>
internal static class BenchmarkText
{
    public static string Of(BenchmarkReport report)
    {
        var text = new StringBuilder();
        _ = text.Append(FormattableString.Invariant(
            $"\nModel '{report.Model}', {report.Slots} slots, dim {report.Dim}, history {report.History}, layers {string.Join(", ", report.Layers)}, {report.Tasks} tasks; {report.Threads} threads, {report.Seconds} s in slices.\n"));
        var table = new TextTable("", "median", "slowest", "fastest");
        Add(table, "samples learnt a second", report.TrainSamplesPerSecond, report.TrainSamplesPerSecondMin, report.TrainSamplesPerSecondMax);
        Add(table, "candidates ranked a second", report.RankCandidatesPerSecond, report.RankCandidatesPerSecondMin, report.RankCandidatesPerSecondMax);
        AddOne(table, $"µs a request of {report.Candidates}", report.RankP50Us, "N0");
        AddOne(table, "µs a request, 99 % take no longer", report.RankP99Us, "N0");
        AddOne(table, "GFLOP/s", report.Gflops, "N1");
        AddOne(table, "GFLOP/s, ceiling of the FMA units", report.FmaPeakGflops, "N1");
        AddOne(table, "share of the ceiling", report.ShareOfFmaPeak, "P1");
        AddOne(table, "bytes allocated a step", report.AllocatedBytesPerStep, "N0");
        _ = text.Append(table);
        _ = text.Append(FormattableString.Invariant(
            $"{report.Rows:N0} rows: {report.BytesRowsAndState / 1e6:N1} MB of weights and optimiser state, {report.BytesTable / 1e6:N1} MB with ids and room.\n"));
        return text.ToString();
    }

    private static void Add(TextTable table, string what, double? median, double? lowest, double? highest)
    {
        if (median is not null)
        {
            table.Add(what, Number(median, "N0"), Number(lowest, "N0"), Number(highest, "N0"));
        }
    }

    private static void AddOne(TextTable table, string what, double? value, string format)
    {
        if (value is not null)
        {
            table.Add(what, Number(value, format), "", "");
        }
    }

    private static string Number(double? value, string format) =>
        value?.ToString(format, System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
