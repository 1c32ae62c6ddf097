using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Experiments.Benchmarking;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet bench</c>: how fast learning and ranking are on this machine, and how right labels are.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measures how fast the engine learns and ranks on this machine, and how right labels are, on synthetic traffic.")
    {
        Create("train", "Samples learnt a second.", BenchOptions.ForTraining(), SpeedBenchmark.Train),
        Create("rank", "Candidates ranked a second, and the time of a request.", BenchOptions.ForRanking(), SpeedBenchmark.Rank),
        BenchIncrementCommand.Create(),
        BenchLabelsCommand.Create(),
    };

    private static Command Create(
        string name, string description, BenchOptions options,
        Func<BenchmarkOptions, TimeProvider, CancellationToken, BenchmarkReport> run)
    {
        Option<FileInfo?> file = SharedOptions.Report();
        var command = new Command(name, description);
        foreach (Option option in options.All.Append(file))
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() =>
        {
            BenchmarkReport report = run(options.Read(result), TimeProvider.System, cancellation);
            ReportFile.Finish(BenchmarkText.Of(report), ReportJson.Write(report), result.GetValue(file));
            return ExitCode.Done;
        }));
        return command;
    }
}
