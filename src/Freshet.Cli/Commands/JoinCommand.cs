using System.CommandLine;
using System.Globalization;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Intake;
using Freshet.Pipeline.Joining;
using Freshet.Scenes;
using Freshet.Scenes.Reading;
using Freshet.Storage.Checkpoints;

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

    private static readonly Option<string?> s_every = new("--every")
    {
        Description = "Also writes a cutoff at every multiple of this time that the events pass, such as '15m' or '1h'. Default: one cutoff, at the end.",
    };

    private static readonly Option<string> s_checkpoint = new("--checkpoint")
    {
        Description = "Time between checkpoints, such as '30s' or '500ms': a join that was stopped or killed resumes from the last one when it is started again with the same events.",
        DefaultValueFactory = _ => "30s",
    };

    private static readonly Option<int?> s_keep = new("--keep")
    {
        Description = "Cutoffs kept, the newest ones; older ones are removed with the files that they alone need. Default: samples.keep of the scene (100).",
    };

    private static readonly Option<string?> s_keepFor = new("--keep-for")
    {
        Description = "A cutoff is kept until the newest one is more than this later, such as '7d'. Default: samples.keep_for of the scene (7d).",
    };

    private static readonly Option<int?> s_memory = new("--memory")
    {
        Description = "Megabytes (2^20 bytes) that the process may take; with more it stops with a message. Default: 3/4 of the machine's.",
    };

    private static readonly Option<FileInfo?> s_malformed = new("--malformed")
    {
        Description = "Gets the malformed lines with their reasons. Default: malformed.ndjson in the scene's folder of --out.",
    };

    private static readonly Option<FileInfo?> s_report = SharedOptions.Report();

    public static Command Create()
    {
        var command = new Command("join", "Joins behaviours to impressions and writes labelled samples.");
        foreach (Option option in (IEnumerable<Option>)[.. s_input.All, s_out, s_every, s_drain, s_checkpoint, s_keep, s_keepFor, s_memory, s_malformed, s_report])
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        Scene scene = s_input.Scene(result);
        scene = scene with { Samples = ReadSamples(result, scene.Samples) };
        JoinRunOptions options = ReadOptions(result, scene);
        DirectoryInfo? log = s_input.Log(result);
        if (log is not null && result.GetValue(s_malformed) is not null)
        {
            throw new WrongUseException(
                $"--malformed keeps lines of --events; payloads of --log stay in the log, and 'freshet inspect log {log}' names their places. " +
                "Leave out --malformed. Nothing was started.");
        }

        string folder = result.GetRequiredValue(s_out).FullName;
        long start = TimeProvider.System.GetTimestamp();
        var checkpoints = new CheckpointFolder(Path.Combine(folder, scene.Name, "checkpoints"));
        var join = new JoinRun(scene, options, folder, checkpoints, Console.Error.WriteLine);
        using var malformed = new MalformedLineFile(
            result.GetValue(s_malformed)?.FullName ?? Path.Combine(folder, scene.Name, "malformed.ndjson"), scene.Limits.MalformedBytes);
        using var malformedMetrics = new MalformedMetrics(scene.Name, malformed);
        using IEventSource source = s_input.Open(result, scene, (file, number, reason, line) =>
        {
            if (!join.IsPastCutoff)
            {
                malformed.Add(file, number, reason, line);
            }
        });
        using var progress = new ProgressLine(scene.TimeZone, TimeProvider.System);
        join.Run(source, (events, at) => progress.Show(new LoopProgress(at, events, 0, "join")), cancellation);
        JoinReport report = JoinReport.Of(scene, options, join, TimeProvider.System.GetElapsedTime(start)) with
        {
            Malformed = log is null ? MalformedReport.Of(malformed) : null,
        };
        progress.Dispose();
        if (report.Checkpoints.ResumedAfter is > 0 and var events)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"Went on from the checkpoint behind {events:N0} events."));
        }

        if (log is not null && source.Malformed > 0)
        {
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{source.Malformed:N0} payloads are not events. They stay in the log; 'freshet inspect log {log}' names their places."));
        }

        string text = JoinText.Of(report, scene, Path.Combine(folder, scene.Name), malformed.Complete());
        ReportFile.Finish(text, ReportJson.Write(report), result.GetValue(s_report));
        return ExitCode.Done;
    }

    private static JoinRunOptions ReadOptions(ParseResult result, Scene scene)
    {
        var options = new JoinRunOptions
        {
            Cutoff = s_input.Cutoff(result, scene),
            Every = ReadEvery(result.GetValue(s_every)),
            Drains = result.GetValue(s_drain),
            CheckpointEvery = ReadCheckpoint(result.GetValue(s_checkpoint)!),
        };

        return result.GetValue(s_memory) switch
        {
            null => options,
            > 0 and var megabytes => options with { MemoryBudget = (long)megabytes << 20 },
            { } megabytes => throw new WrongUseException($"--memory is {megabytes}; use a number of megabytes > 0. Nothing was started."),
        };
    }

    private static SampleOptions ReadSamples(ParseResult result, SampleOptions samples)
    {
        if (result.GetValue(s_keep) is { } keep)
        {
            samples = keep is >= 1 and <= 100_000
                ? samples with { Keep = keep }
                : throw new WrongUseException($"--keep is {keep}; use a number of cutoffs from 1 to 100000. Nothing was started.");
        }

        return result.GetValue(s_keepFor) switch
        {
            null => samples,
            var text when DurationText.TryParse(text, out TimeSpan time) && time >= TimeSpan.Zero => samples with { KeepFor = time },
            var text => throw new WrongUseException($"--keep-for is '{text}'; use a time such as '7d'. Nothing was started."),
        };
    }

    private static TimeSpan ReadCheckpoint(string text)
    {
        bool isMilliseconds = text.EndsWith("ms", StringComparison.Ordinal) &&
            int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        TimeSpan time = isMilliseconds
            ? TimeSpan.FromMilliseconds(int.Parse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture))
            : DurationText.TryParse(text, out TimeSpan parsed) ? parsed : TimeSpan.Zero;
        return time > TimeSpan.Zero ? time : throw new WrongUseException($"--checkpoint is '{text}'; use a time > 0, such as '30s' or '500ms'. Nothing was started.");
    }

    private static TimeSpan? ReadEvery(string? text) => text switch
    {
        null => null,
        _ when DurationText.TryParse(text, out TimeSpan every) && every > TimeSpan.Zero => every,
        _ => throw new WrongUseException($"--every is '{text}'; use a time such as '15m' or '1h'. Nothing was started."),
    };
}
