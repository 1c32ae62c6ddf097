using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary>What the commands that read a whole log are given: a public dataset, or logs in the event format or an event log with their scene.</summary>
internal sealed class LogInput
{
    private readonly Option<string?> _dataset = new("--dataset") { Description = "A public log: kuairand or kuailive." };
    private readonly Option<DirectoryInfo?> _data = new("--data")
    {
        Description = "Folder of the dataset's files. Default: the environment variable FRESHET_KUAIRAND or FRESHET_KUAILIVE.",
    };

    private readonly Option<FileInfo[]> _events = new("--events")
    {
        Description = "Logs in the event format (NDJSON, plain or gzip); several are merged by time. Needs --scene.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<DirectoryInfo?> _log = SharedOptions.Log();
    private readonly Option<FileInfo?> _scene = new("--scene") { Description = "scene.yaml. Default for a dataset: its example." };

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> All => [_dataset, _data, _events, _log, _scene];

    /// <summary>The scene of the file, or the example of the dataset.</summary>
    /// <exception cref="WrongUseException">There is neither.</exception>
    public Scene Scene(ParseResult result) => result.GetValue(_scene) is { } file
        ? SceneFile.Read(file.FullName)
        : EventInput.DefaultScene(result.GetValue(_dataset));

    /// <summary>Opens the log.</summary>
    /// <exception cref="WrongUseException">The options do not say one thing to read.</exception>
    public IEventSource Open(ParseResult result, Scene scene, MalformedFile malformed) =>
        EventInput.Open(
            result.GetValue(_dataset), result.GetValue(_data), result.GetValue(_events) ?? [], result.GetValue(_log), malformed, scene.Arrival.Window);
}
