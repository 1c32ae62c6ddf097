using Freshet.Core.Events;
using Freshet.Datasets.Csv;
using Freshet.Datasets.Profiles;

namespace Freshet.Datasets.KuaiLive;

/// <summary>KuaiLive, a log of a live-streaming platform, as behaviour events; the items are the streamers.</summary>
/// <remarks>
/// Changle Qu et al., "KuaiLive: A Real-time Interactive Dataset for Live Streaming Recommendation", 2025,
/// https://arxiv.org/abs/2508.05633. The rule of times and ids is in docs/datasets.md.
/// </remarks>
public static class KuaiLiveDataset
{
    private const string Expected = "the CSV files of KuaiLive (https://imgkkk574.github.io/KuaiLive)";
    private const string SceneResource = "Freshet.Datasets.kuailive.scene.yaml";
    private static readonly string[] s_files = ["click", "negative", "comment", "gift", "like", "room", "user", "streamer"];

    /// <summary>The scene that fits these events, examples/kuailive/scene.yaml.</summary>
    public static string SceneYaml { get; } = EmbeddedText.Read(SceneResource);

    /// <summary>Reads the files of <paramref name="folder"/>; the events come in order of (at, event_id).</summary>
    /// <param name="folder">The folder with the files, plain or gzip.</param>
    /// <param name="malformedSink">Gets every row that is set aside, during this call.</param>
    /// <returns>The events; everything lies in memory, 32 to 48 bytes a row of the logs and of room.csv.</returns>
    /// <exception cref="DatasetException">The folder or a file cannot be used, or no row can be read.</exception>
    public static IEventSource Open(string folder, Action<MalformedRow>? malformedSink = null)
    {
        var malformed = new MalformedRows(malformedSink);
        Dictionary<string, string> paths = Find(folder);
        var shows = new List<KuaiLiveShow>();
        var actions = new List<KuaiLiveAction>();
        var rooms = new List<KuaiLiveRoom>();
        var texts = new TextPool();
        Read("click", file => KuaiLiveFiles.ReadShows(file, clicked: true, shows));
        Read("negative", file => KuaiLiveFiles.ReadShows(file, clicked: false, shows));
        Read("comment", file => KuaiLiveFiles.ReadActions(file, KuaiLiveEvent.Comment, actions));
        Read("gift", file => KuaiLiveFiles.ReadActions(file, KuaiLiveEvent.Gift, actions));
        Read("like", file => KuaiLiveFiles.ReadActions(file, KuaiLiveEvent.Like, actions));
        Read("room", file => KuaiLiveFiles.ReadRooms(file, texts, rooms));
        using var userFile = new CsvFile(paths["user"], malformed);
        var users = ProfileTable.Read(userFile, "user_id", EventText.UserId);
        using var streamerFile = new CsvFile(paths["streamer"], malformed);
        var streamers = ProfileTable.Read(streamerFile, "streamer_id", EventText.ItemId);
        if (shows.Count == 0)
        {
            throw new DatasetException(
                $"Folder '{folder}' shows nothing: click.csv and negative.csv have no row that can be read; {malformed.Count} rows were set aside. " +
                $"Unpack {Expected} there again.");
        }

        shows.Sort(KuaiLiveShow.Compare);
        actions.Sort(KuaiLiveAction.Compare);
        rooms.Sort(KuaiLiveRoom.Compare);
        long first = Math.Min(shows[0].ShownAt, Math.Min(actions.Count == 0 ? long.MaxValue : actions[0].At, rooms.Count == 0 ? long.MaxValue : rooms[0].StartedAt));
        return new KuaiLiveSource(rooms, shows, actions, texts, new ProfileEvents(streamers, users, first), malformed.Count);

        void Read(string name, Action<CsvFile> read)
        {
            using var file = new CsvFile(paths[name], malformed);
            read(file);
        }
    }

    private static Dictionary<string, string> Find(string folder)
    {
        IReadOnlyList<string> files = DatasetFolder.Files(folder, Expected);
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in files)
        {
            paths.TryAdd(Path.GetFileName(path).Split('.')[0], path);
        }

        string[] missing = [.. s_files.Where(name => !paths.ContainsKey(name)).Select(name => name + ".csv")];
        return missing.Length == 0
            ? paths
            : throw new DatasetException(
                $"Folder '{folder}' is not complete. It holds {string.Join(", ", files.Select(Path.GetFileName))}; missing: {string.Join(", ", missing)}. " +
                $"No event was read. Unpack {Expected} there.");
    }
}
