using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Experiments.Joining;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet join</c>: attribution as a process of its own, from events to sample files.</summary>
internal static class JoinCommand
{
    private static readonly JoinInput s_input = new();

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder that gets the sample files, in one folder a scene. A cutoff that is there is left as it is.",
        Required = true,
    };

    private static readonly Option<bool> s_drain = new("--drain")
    {
        Description = "Window and immediate mode: samples that still wait at the end leave too, with the labels found so far.",
    };

    private static readonly Option<FileInfo?> s_malformed = new("--malformed")
    {
        Description = "Gets the malformed lines with their reasons. Default: malformed.ndjson in the scene's folder of --out.",
    };

    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("join", "Joins behaviours to impressions and writes labelled samples.");
        foreach (Option option in (IEnumerable<Option>)[.. s_input.All, s_out, s_drain, s_malformed, s_report])
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        Scene scene = s_input.Scene(result);
        var options = new JoinOptions { Cutoff = s_input.Cutoff(result, scene), Drains = result.GetValue(s_drain) };
        string folder = result.GetRequiredValue(s_out).FullName;
        var join = new JoinRun(scene, options, folder);
        using var malformed = new MalformedAside(
            result.GetValue(s_malformed)?.FullName ?? Path.Combine(folder, scene.Name, "malformed.ndjson"));
        using var source = new NdjsonEventSource(s_input.Events(result), (file, number, reason, line) =>
        {
            if (!join.IsPastCutoff)
            {
                malformed.Add(file, number, reason, line);
            }
        });
        using var progress = new ProgressLine(scene.TimeZone, TimeProvider.System);
        JoinReport report = join.Run(source, TimeProvider.System, progress.Show, cancellation);
        progress.Dispose();
        string text = JoinText.Of(report, scene, Path.Combine(folder, scene.Name), malformed.Complete());
        ReportFile.Finish(text, ReportJson.Write(report), result.GetValue(s_report));
        return ExitCode.Done;
    }
}
