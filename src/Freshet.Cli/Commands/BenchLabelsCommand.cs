using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Experiments.Labels;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet bench labels</c>: how right labels are, windows against cumulative attribution.</summary>
internal static class BenchLabelsCommand
{
    public static Command Create()
    {
        var standard = new LabelStudyOptions();
        var seed = new Option<ulong>("--seed") { Description = "Seed of the simulated day.", DefaultValueFactory = _ => standard.Seed };
        var requests = new CountOption("--requests", "Pages of the day, on average", standard.RequestsPerDay, 10, 1_000_000);
        Option<FileInfo?> report = SharedOptions.Report();
        var command = new Command("labels", "How right labels are on a day with sleeping phones: windows of several lengths and cumulative attribution.")
        {
            seed, requests.Option, report,
        };
        command.SetAction((result, cancellation) => Guard.RunAsync(() =>
        {
            var mistakes = new List<string>();
            int count = requests.Read(result, mistakes);
            if (mistakes.Count > 0)
            {
                throw new WrongUseException($"{string.Join(' ', mistakes)} Nothing was started.");
            }

            LabelStudyReport study = LabelStudy.Run(standard with { Seed = result.GetValue(seed), RequestsPerDay = count }, cancellation);
            ReportFile.Finish(LabelStudyText.Of(study), ReportJson.Write(study), result.GetValue(report));
            return ExitCode.Done;
        }));
        return command;
    }
}
