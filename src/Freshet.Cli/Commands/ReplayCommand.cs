using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Intake;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Scenes.Reading;
using Freshet.Storage.Checkpoints;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet replay</c>: the whole loop over a recorded log, in event time.</summary>
internal static class ReplayCommand
{
    private static readonly LogInput s_log = new();
    private static readonly Option<string?> s_arms = new("--arms")
    {
        Description = "Update frequencies to compare: 'frozen', 'daily', 'full' (from scratch every 2 h; 'full-6h'), 'streaming', or times such as '2h'. Default: 'daily' and the scene's increment, or 'streaming' where that is 0s.",
    };

    private static readonly Option<string?> s_model = SharedOptions.Model();
    private static readonly Option<string?> s_baseUntil = SharedOptions.BaseUntil();
    private static readonly Option<string?> s_evaluateFrom = new("--evaluate-from")
    {
        Description = "First day (yyyy-MM-dd) whose impressions are judged. Default: the day after --base-until.",
    };

    private static readonly Option<string?> s_restart = new("--restart")
    {
        Description = "What training starts from: 'base' (increments from the day's base, bases from scratch) or 'previous' (both go on). Default: the scene's.",
    };

    private static readonly Option<FileInfo?> s_export = SharedOptions.ExportEvents();
    private static readonly Option<DirectoryInfo?> s_exportLog = SharedOptions.ExportLog();
    private static readonly Option<FileInfo?> s_malformed = new("--malformed")
    {
        Description = "Writes the lines and rows that were set aside, with their reasons, to this file.",
    };

    private static readonly Option<string?> s_delayLabels = new("--delay-labels")
    {
        Description = "Lets behaviours arrive later than they happened, by an exponential delay with this mean, such as '15m' or '2h'. Default: as the log says.",
    };

    private static readonly Option<string?> s_study = new("--study")
    {
        Description = "Replays the log under several settings and prints one table: 'admission' (rules of admission, at one update frequency; default: the scene's increment) or 'frequency' (--arms; default: all kinds).",
    };

    private static readonly Option<DirectoryInfo?> s_checkpoints = new("--checkpoints")
    {
        Description = "Keeps checkpoints in this folder: a replay that was killed resumes from the last one when it is started again with the same options. Needs --out.",
    };

    private static readonly Option<string> s_checkpoint = new("--checkpoint")
    {
        Description = "Time between checkpoints, such as '30s' or '5m'.",
        DefaultValueFactory = _ => "30s",
    };

    private static readonly Option<string> s_delay = SharedOptions.PublishDelay();
    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();
    private static readonly Option<DirectoryInfo?> s_out = SharedOptions.Out();

    public static Command Create()
    {
        var command = new Command("replay", "Runs the whole loop over a recorded log and judges every impression by the model that was live.");
        Option[] own =
        [
            s_arms, s_model, s_baseUntil, s_evaluateFrom, s_restart, s_delay, s_delayLabels, s_export, s_exportLog,
            s_malformed, s_study, s_report, s_out, s_checkpoints, s_checkpoint,
        ];
        foreach (Option option in s_log.All.Concat(own))
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        Scene scene = ReadScene(result);
        StudyKind? study = StudyKind.Read(result.GetValue(s_study));
        IReadOnlyList<TrackPlan> arms = ArmOption.Read(result.GetValue(s_arms) ?? study?.Arms(scene) ?? $"daily,{TrackPlan.NameOf(scene)}");
        DateOnly? baseUntil = SharedOptions.ReadDay(result, s_baseUntil), evaluateFrom = SharedOptions.ReadDay(result, s_evaluateFrom);
        if (evaluateFrom <= baseUntil)
        {
            throw new WrongUseException(
                $"--evaluate-from is {evaluateFrom:yyyy-MM-dd} and --base-until is {baseUntil:yyyy-MM-dd}; judge days after the base's. Nothing was started.");
        }

        TimeSpan delay = SharedOptions.ReadDelay(result.GetValue(s_delay)!);
        TimeSpan? labelDelay = ReadLabelDelay(result.GetValue(s_delayLabels));
        study?.Check(arms, [.. new Option[] { s_export, s_exportLog, s_malformed, s_out }.Where(option => result.GetResult(option) is not null).Select(option => option.Name)]);
        using var malformed = new MalformedFile(result.GetValue(s_malformed), scene.Limits.MalformedBytes);
        using MalformedMetrics? malformedMetrics = malformed.Lines is { } lines ? new MalformedMetrics(scene.Name, lines) : null;
        ICheckpointStore? checkpoints = ReadCheckpoints(result);
        using var folder = new WorkFolder(result.GetValue(s_out));
        using var progress = new ProgressLine(scene.TimeZone, TimeProvider.System);
        var options = new LoopOptions
        {
            Tracks = arms,
            Checkpoints = checkpoints,
            CheckpointEvery = ReadCheckpointEvery(result.GetValue(s_checkpoint)!),
            ModelsFolder = folder.Models,
            BaseUntil = baseUntil,
            EvaluateFrom = evaluateFrom,
            PublishDelay = delay,
            Warn = Console.Error.WriteLine,
        };
        if (study is not null)
        {
            StudyReport table = study.Run(scene, Open, options, progress.Show, cancellation);
            progress.Dispose();
            ReportFile.Finish(StudyText.Of(table), ReportJson.Write(table), result.GetValue(s_report));
            return ExitCode.Done;
        }

        using IEventSource source = Open();
        using var export = new EventExport(result.GetValue(s_export), result.GetValue(s_exportLog));
        ReplayReport report = Replay.Run(scene, source, options, TimeProvider.System, export.Sink, progress.Show, cancellation);
        export.Complete();
        malformed.Complete();
        report = report with { Malformed = MalformedReport.Of(malformed.Lines, malformed.RowsNotWritten) };
        progress.Dispose();
        ReportFile.Finish(report, result.GetValue(s_report));
        return ExitCode.Done;

        IEventSource Open()
        {
            IEventSource log = s_log.Open(result, scene, malformed);
            return labelDelay is { } mean ? new DelayedLabels(log, scene, mean, scene.Model.Seed) : log;
        }
    }

    private static Scene ReadScene(ParseResult result)
    {
        Scene scene = s_log.Scene(result);
        TrainingOptions training = result.GetValue(s_restart) switch
        {
            null => scene.Training,
            "base" => scene.Training with { Restart = Restart.Base, BaseStart = BaseStart.Scratch },
            "previous" => scene.Training with { Restart = Restart.Previous, BaseStart = BaseStart.Previous },
            { } other => throw new WrongUseException($"--restart is '{other}'; use 'base' or 'previous'. Nothing was started."),
        };
        return SharedOptions.WithModel(scene with { Training = training }, result.GetValue(s_model));
    }

    private static TimeSpan? ReadLabelDelay(string? text) => text switch
    {
        null => null,
        _ when DurationText.TryParse(text, out TimeSpan mean) && mean >= TimeSpan.FromSeconds(1) && mean <= TimeSpan.FromDays(7) => mean,
        _ => throw new WrongUseException($"--delay-labels is '{text}'; use a time from '1s' to '7d'. Nothing was started."),
    };

    private static CheckpointFolder? ReadCheckpoints(ParseResult result)
    {
        if (result.GetValue(s_checkpoints) is not { } folder)
        {
            return null;
        }

        string[] others = [.. new Option[] { s_study, s_export, s_exportLog, s_malformed, s_delayLabels }
            .Where(option => result.GetResult(option) is not null).Select(option => option.Name)];
        return others.Length > 0
            ? throw new WrongUseException($"--checkpoints does not go with {string.Join(", ", others)}: what they write cannot be resumed. Leave one out. Nothing was started.")
            : result.GetValue(s_out) is null
            ? throw new WrongUseException("--checkpoints needs --out DIR: the published models must be there when the replay is started again. Nothing was started.")
            : new CheckpointFolder(folder.FullName);
    }

    private static TimeSpan ReadCheckpointEvery(string text) => DurationText.TryParse(text, out TimeSpan every) && every > TimeSpan.Zero
        ? every
        : throw new WrongUseException($"--checkpoint is '{text}'; use a time such as '30s' or '5m'. Nothing was started.");
}
