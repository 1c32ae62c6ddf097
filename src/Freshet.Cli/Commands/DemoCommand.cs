using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Experiments;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Simulation;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet demo</c>: the whole loop on the simulated platform.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var arms = new Option<string>("--arms")
        {
            Description = "Update frequencies to compare: 'frozen', 'daily', 'full' (from scratch every 2 h; 'full-6h'), 'streaming', or times such as '2h' and '15m'.",
            DefaultValueFactory = _ => "daily,2h,15m",
        };
        Option<string?> model = SharedOptions.Model();
        var days = new Option<int>("--days") { Description = "Simulated days; the first two teach the first base. 3 to 30.", DefaultValueFactory = _ => 4 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the simulated platform.", DefaultValueFactory = _ => 1 };
        var delay = SharedOptions.PublishDelay();
        Option<FileInfo?> export = SharedOptions.ExportEvents();
        Option<DirectoryInfo?> exportLog = SharedOptions.ExportLog();
        var report = SharedOptions.Report();
        var output = SharedOptions.Out();
        var command = new Command("demo", "Runs the whole loop on a simulated live platform and says what freshness gained.")
        {
            arms, model, days, seed, delay, export, exportLog, report, output,
        };
        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(
            ArmOption.Read(result.GetValue(arms)!), result.GetValue(model), result.GetValue(days), result.GetValue(seed),
            SharedOptions.ReadDelay(result.GetValue(delay)!), result.GetValue(export), result.GetValue(exportLog), result.GetValue(report), result.GetValue(output), cancellation)));
        return command;
    }

    private static int Run(
        IReadOnlyList<TrackPlan> arms, string? model, int days, ulong seed, TimeSpan delay, FileInfo? export, DirectoryInfo? exportLog,
        FileInfo? report, DirectoryInfo? output, CancellationToken cancellation)
    {
        if (days is < 3 or > 30)
        {
            throw new WrongUseException($"--days is {days}; use 3 to 30. Nothing was started.");
        }

        Scene scene = SharedOptions.WithModel(SceneFile.Parse(LivePlatform.SceneYaml, "examples/demo/scene.yaml"), model);
        var platform = new PlatformOptions { Seed = seed, Days = days };
        using var folder = new WorkFolder(output);
        var options = new LoopOptions
        {
            Tracks = arms,
            ModelsFolder = folder.Models,
            BaseUntil = DateOnly.FromDateTime(platform.Start.DateTime).AddDays(1),
            PublishDelay = delay,
            Warn = Console.Error.WriteLine,
        };
        using var progress = new ProgressLine(scene.TimeZone, TimeProvider.System);
        using var demo = new Demo(scene, platform, options, TimeProvider.System, cancellation);
        using var events = new EventExport(export, exportLog);
        Experiments.Reports.ReplayReport result = demo.Run(progress.Show, events.Sink);
        events.Complete();
        progress.Dispose();
        ReportFile.Finish(result, report);
        return ExitCode.Done;
    }
}
