using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Storage.EventLog.Inspection;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect log</c>: what is in an event log, and whether it is whole.</summary>
internal static class InspectLogCommand
{
    private static readonly Argument<DirectoryInfo> s_folder = new("folder") { Description = "Folder of an event log that no process has open." };
    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("log", "Shows what is in an event log, and whether it is whole; exits with 1 where it is damaged.") { s_folder, s_report };
        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        EventLogReport report = EventLogInspector.Inspect(result.GetRequiredValue(s_folder).FullName, cancellation);
        ReportFile.Finish(EventLogText.Of(report), EventLogJson.Write(report), result.GetValue(s_report));
        return report.Damage.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
