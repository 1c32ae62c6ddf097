using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Experiments.Reports;
using Freshet.Experiments.Slots;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect features</c>: what base and increment saw of each slot, and which slots are biased by time.</summary>
internal static class InspectFeaturesCommand
{
    private static readonly LogInput s_log = new();
    private static readonly Option<string?> s_model = SharedOptions.Model();
    private static readonly Option<string?> s_baseUntil = SharedOptions.BaseUntil();
    private static readonly Option<string?> s_at = new("--at")
    {
        Description = "Cutoff of the increment, such as '2022-05-01T12:00' (the scene's zone). Default: noon of the day after --base-until.",
    };

    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("features", "Shows each slot in a base and in the increment after it, and names slots that the increment biases by its time.");
        foreach (Option option in s_log.All.Concat([s_model, s_baseUntil, s_at, s_report]))
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        Scene scene = SharedOptions.WithModel(s_log.Scene(result), result.GetValue(s_model));
        DateOnly? baseUntil = SharedOptions.ReadDay(result, s_baseUntil);
        long? at = result.GetValue(s_at) is { } text ? TimeOption.Read("--at", text, scene.TimeZone) : null;
        using var malformed = new MalformedFile(null, 0);
        using IEventSource source = s_log.Open(result, scene, malformed);
        FeatureReport report = Study(scene, source, baseUntil, at, cancellation);
        ReportFile.Finish(FeatureText.Of(report), ReportJson.Write(report), result.GetValue(s_report));
        return ExitCode.Done;
    }

    private static FeatureReport Study(Scene scene, IEventSource source, DateOnly? baseUntil, long? at, CancellationToken cancellation)
    {
        try
        {
            return FeatureStudy.Run(scene, source, baseUntil, at, cancellation);
        }
        catch (FeatureStudyException e)
        {
            throw new WrongUseException(e.Message, e);
        }
    }
}
