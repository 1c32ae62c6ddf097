using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary>What the commands that attribute are given: a scene, events, a cutoff, a mode.</summary>
internal sealed class JoinInput
{
    private readonly Option<FileInfo> _scene = new("--scene") { Description = "scene.yaml.", Required = true };

    private readonly Option<string[]> _events = new("--events")
    {
        Description = "Logs in the event format (NDJSON, plain or gzip); several are merged by time. '-' is standard input.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _cutoff = new("--cutoff")
    {
        Description = "Events that arrived later do not count: '2022-05-01T12:00' in the scene's time zone, with an offset, or ms since the epoch. Default: all count.",
    };

    private readonly Option<string?> _mode = new("--mode")
    {
        Description = "How samples are made: 'cumulative', 'window' or 'immediate'. Default: the scene's.",
    };

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> All => [_scene, _events, _cutoff, _mode];

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

    /// <summary>Names of the event files.</summary>
    public string[] Events(ParseResult result) => result.GetRequiredValue(_events);

    /// <summary>ms since the epoch; null for none.</summary>
    /// <exception cref="WrongUseException">It is no moment.</exception>
    public long? Cutoff(ParseResult result, Scene scene) =>
        result.GetValue(_cutoff) is { } text ? TimeOption.Read("--cutoff", text, scene.TimeZone) : null;
}
