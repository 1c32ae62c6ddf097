using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Samples.Delays;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect delays</c>: how long labels take, which windows they need, which mode they speak for.</summary>
internal static class InspectDelaysCommand
{
    private static readonly LogInput s_log = new();
    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("delays", "Measures how long the labels of a log take, the windows that they need, and the mode that they speak for.");
        foreach (Option option in s_log.All.Append(s_report))
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        Scene scene = s_log.Scene(result);
        using var malformed = new MalformedFile(null, 0);
        using IEventSource source = s_log.Open(result, scene, malformed);
        WindowAdvice advice = DelayStudy.Run(scene, source, cancellation);
        ReportFile.Finish(DelayText.Of(advice), ReportJson.Write(advice), result.GetValue(s_report));
        return ExitCode.Done;
    }
}
