using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Experiments.Benchmarking;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet bench increment</c>: what each increment of a day costs, exact and naive.</summary>
internal static class BenchIncrementCommand
{
    private static readonly CountOption s_samples = new("--samples", "Samples of the day", 1_000_000, 1_000, 20_000_000);
    private static readonly CountOption s_from = new("--from-hour", "Hour of the first increment, which learns the day until then", 22, 0, 23);
    private static readonly BenchOptions s_network = BenchOptions.ForTraining();
    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("increment", "What each increment of a day costs that restarts from the base: replayed from the first change, and naive.");
        foreach (Option option in s_network.All.Concat([s_samples.Option, s_from.Option, s_report]))
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        BenchmarkOptions network = s_network.Read(result);
        var mistakes = new List<string>();
        int samples = s_samples.Read(result, mistakes), from = s_from.Read(result, mistakes);
        if (mistakes.Count > 0)
        {
            throw new WrongUseException($"{string.Join(' ', mistakes)} Nothing was started.");
        }

        IncrementReport report = IncrementBenchmark.Run(network, samples, TimeSpan.FromHours(from), TimeProvider.System, cancellation);
        ReportFile.Finish(IncrementText.Of(report), ReportJson.Write(report), result.GetValue(s_report));
        return report.AreEqual ? ExitCode.Done : ExitCode.Failed;
    }
}
