using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Datasets.KuaiLive;
using Freshet.Datasets.KuaiRand;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary>Opens what a command reads: a public dataset, or logs in the event format.</summary>
internal static class EventInput
{
    /// <exception cref="WrongUseException">The options do not say one thing to read.</exception>
    public static IEventSource Open(string? dataset, DirectoryInfo? data, FileInfo[] events, MalformedFile malformed)
    {
        if (dataset is null == (events.Length == 0))
        {
            throw new WrongUseException(
                $"{(dataset is null ? "Nothing to read was named" : "Both --dataset and --events were named")}; give one: --dataset kuairand --data DIR, or --events FILE --scene FILE. Nothing was started.");
        }

        return dataset switch
        {
            null => new NdjsonEventSource([.. events.Select(file => file.FullName)], malformed.AddLine),
            "kuairand" => KuaiRandDataset.Open(Folder(data, "FRESHET_KUAIRAND"), malformed.AddRow),
            "kuailive" => KuaiLiveDataset.Open(Folder(data, "FRESHET_KUAILIVE"), malformed.AddRow),
            _ => throw Unknown(dataset),
        };
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
