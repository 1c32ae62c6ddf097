using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Datasets.KuaiLive;
using Freshet.Datasets.KuaiRand;
using Freshet.Scenes;
using Freshet.Storage.EventLog;

namespace Freshet.Cli.Commands;

/// <summary>Opens what a command reads: a public dataset, logs in the event format, or an event log.</summary>
internal static class EventInput
{
    /// <exception cref="WrongUseException">The options do not say one thing to read.</exception>
    public static IEventSource Open(string? dataset, DirectoryInfo? data, FileInfo[] events, DirectoryInfo? log, MalformedFile malformed, int arrivalWindow)
    {
        ThrowUnlessOne(
            "--dataset kuairand --data DIR, --events FILE --scene FILE, or --log DIR --scene FILE",
            ("--dataset", dataset is not null), ("--events", events.Length > 0), ("--log", log is not null));
        return dataset switch
        {
            null when log is not null => OpenLog(log, malformed.AddPayload),
            null => new NdjsonEventSource([.. events.Select(file => file.FullName)], malformed.AddLine, arrivalWindow),
            "kuairand" => KuaiRandDataset.Open(Folder(data, "FRESHET_KUAIRAND"), malformed.AddRow),
            "kuailive" => KuaiLiveDataset.Open(Folder(data, "FRESHET_KUAILIVE"), malformed.AddRow),
            _ => throw Unknown(dataset),
        };
    }

    /// <summary>All events of an event log; disposing closes the log.</summary>
    /// <exception cref="EventLogException">There is no log, or it is in use or damaged.</exception>
    public static EventLogSource OpenLog(DirectoryInfo folder, MalformedPayloadHandler? malformed)
    {
        FasterEventLog log = FasterEventLog.OpenExisting(folder.FullName);
        try
        {
            return new EventLogSource(log, malformed, closesLog: true);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <exception cref="WrongUseException">None of <paramref name="options"/> was given, or more than one.</exception>
    public static void ThrowUnlessOne(string remedy, params (string Name, bool IsGiven)[] options)
    {
        string[] given = [.. options.Where(option => option.IsGiven).Select(option => option.Name)];
        if (given.Length != 1)
        {
            string what = given.Length == 0 ? "Nothing to read was named" : $"{string.Join(" and ", given)} were both named";
            throw new WrongUseException($"{what}; give one: {remedy}. Nothing was started.");
        }
    }

    /// <summary>The example scene of a dataset.</summary>
    /// <exception cref="WrongUseException">There is none.</exception>
    public static Scene DefaultScene(string? dataset) => dataset switch
    {
        "kuairand" => SceneFile.Parse(KuaiRandDataset.SceneYaml, "examples/kuairand/scene.yaml"),
        "kuailive" => SceneFile.Parse(KuaiLiveDataset.SceneYaml, "examples/kuailive/scene.yaml"),
        null => throw new WrongUseException("Logs in the event format need --scene FILE; 'freshet init DIR' writes one to start from. Nothing was started."),
        _ => throw Unknown(dataset),
    };

    private static WrongUseException Unknown(string dataset) =>
        new($"--dataset is '{dataset}'; use 'kuairand' or 'kuailive'. Nothing was started.");

    private static string Folder(DirectoryInfo? data, string variable) =>
        data?.FullName ?? Environment.GetEnvironmentVariable(variable) ?? throw new WrongUseException(
            $"No folder of the dataset was named; give --data DIR or set {variable}. Nothing was started.");
}
