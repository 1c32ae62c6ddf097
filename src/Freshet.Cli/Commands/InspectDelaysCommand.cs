using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Samples.Delays;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect delays</c>: how long labels take, which windows they need, which mode they speak for.</summary>
internal static class InspectDelaysCommand
{
    private static readonly Option<string?> s_dataset = new("--dataset") { Description = "A public log: kuairand or kuailive." };
    private static readonly Option<DirectoryInfo?> s_data = new("--data") { Description = "Folder of the dataset's files." };
    private static readonly Option<FileInfo[]> s_events = new("--events")
    {
        Description = "Logs in the event format (NDJSON, plain or gzip). Needs --scene.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<FileInfo?> s_scene = new("--scene") { Description = "scene.yaml. Default for a dataset: its example." };
    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("delays", "Measures how long the labels of a log take, the windows that they need, and the mode that they speak for.")
        {
            s_dataset, s_data, s_events, s_scene, s_report,
        };
        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        string? dataset = result.GetValue(s_dataset);
        Scene scene = result.GetValue(s_scene) is { } file ? SceneFile.Read(file.FullName) : EventInput.DefaultScene(dataset);
        using var malformed = MalformedFile.Open(null);
        using IEventSource source = EventInput.Open(dataset, result.GetValue(s_data), result.GetValue(s_events) ?? [], malformed);
        WindowAdvice advice = DelayStudy.Run(scene, source, cancellation);
        ReportFile.Finish(DelayText.Of(advice), ReportJson.Write(advice), result.GetValue(s_report));
        return ExitCode.Done;
    }
}
