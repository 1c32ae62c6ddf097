using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary>What the commands that attribute are given: a scene, events, a cutoff, a mode.</summary>
internal sealed class JoinInput
{
    private readonly Option<FileInfo> _scene = new("--scene") { Description = "scene.yaml.", Required = true };

    private readonly Option<string[]> _events = new("--events")
    {
        Description = "Logs in the event format (NDJSON, plain or gzip); several are merged by time. '-' is standard input.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<DirectoryInfo?> _log = SharedOptions.Log();

    private readonly Option<string?> _cutoff = new("--cutoff")
    {
        Description = "Events that arrived later do not count: '2022-05-01T12:00' in the scene's time zone, with an offset, or ms since the epoch. Default: all count.",
    };

    private readonly Option<string?> _mode = new("--mode")
    {
        Description = "How samples are made: 'cumulative', 'window' or 'immediate'. Default: the scene's.",
    };

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> All => [_scene, _events, _log, _cutoff, _mode];

    /// <summary>The scene, with the mode that was asked for.</summary>
    /// <exception cref="WrongUseException">There is no such mode.</exception>
    public Scene Scene(ParseResult result)
    {
        Scene scene = SceneFile.Read(result.GetRequiredValue(_scene).FullName);
        AttributionMode mode = result.GetValue(_mode) is { } name
            ? AttributionModeText.Read(name)
                ?? throw new WrongUseException($"--mode is '{name}'; use 'cumulative', 'window' or 'immediate'. Nothing was started.")
            : scene.Attribution.Mode;
        return scene with { Attribution = scene.Attribution with { Mode = mode } };
    }

    /// <summary>The folder of the event log; null where files are read.</summary>
    public DirectoryInfo? Log(ParseResult result) => result.GetValue(_log);

    /// <summary>Opens the events.</summary>
    /// <param name="result">What was asked for.</param>
    /// <param name="scene">Says how far files are put in order of arrival.</param>
    /// <param name="malformed">Told of malformed lines of files; payloads of an event log stay in it.</param>
    /// <exception cref="WrongUseException">The options do not say one thing to read.</exception>
    public IEventSource Open(ParseResult result, Scene scene, MalformedLineHandler? malformed = null)
    {
        string[] events = result.GetValue(_events) ?? [];
        DirectoryInfo? log = Log(result);
        EventInput.ThrowUnlessOne("--events FILE, or --log DIR", ("--events", events.Length > 0), ("--log", log is not null));
        if (events.Contains(""))
        {
            throw new WrongUseException("--events names a file without a name; use names of logs, or '-' for standard input. Nothing was started.");
        }

        return log is null ? new NdjsonEventSource(events, malformed, scene.Arrival.Window) : EventInput.OpenLog(log, malformed: null);
    }

    /// <summary>ms since the epoch; null for none.</summary>
    /// <exception cref="WrongUseException">It is no moment.</exception>
    public long? Cutoff(ParseResult result, Scene scene) =>
        result.GetValue(_cutoff) is { } text ? TimeOption.Read("--cutoff", text, scene.TimeZone) : null;
}
