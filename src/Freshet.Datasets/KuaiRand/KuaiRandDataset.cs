using System.Text;
using Freshet.Core.Events;
using Freshet.Datasets.Csv;
using Freshet.Datasets.Profiles;

namespace Freshet.Datasets.KuaiRand;

/// <summary>KuaiRand, a log of a short-video feed, as behaviour events.</summary>
/// <remarks>
/// Chongming Gao et al., "KuaiRand: An Unbiased Sequential Recommendation Dataset with Randomly Exposed Videos", CIKM
/// 2022, https://kuairand.com. Files are told by their columns, not by their names. The rule of times and ids is in
/// docs/datasets.md.
/// </remarks>
public static class KuaiRandDataset
{
    private const string Expected = "the CSV files of KuaiRand (https://kuairand.com): logs, user features, basic video features";
    private const string SceneResource = "Freshet.Datasets.kuairand.scene.yaml";
    private static readonly string[] s_userColumns = ["user_id", "user_active_degree"];
    private static readonly string[] s_videoColumns = ["video_id", "author_id", "video_type"];

    /// <summary>The scene that fits these events, examples/kuairand/scene.yaml.</summary>
    public static string SceneYaml { get; } = EmbeddedText.Read(SceneResource);

    /// <summary>Reads the files of <paramref name="folder"/>; the events come in order of (at, event_id).</summary>
    /// <param name="folder">The folder with the files, plain or gzip.</param>
    /// <param name="malformedSink">Gets every row that is set aside, during this call.</param>
    /// <returns>The events; everything lies in memory, about 40 bytes a row of the logs.</returns>
    /// <exception cref="DatasetException">The folder or a file cannot be used, or no row can be read.</exception>
    public static IEventSource Open(string folder, Action<MalformedRow>? malformedSink = null)
    {
        var malformed = new MalformedRows(malformedSink);
        var rows = new List<KuaiRandRow>();
        ProfileTable? users = null, videos = null;
        IReadOnlyList<string> paths = DatasetFolder.Files(folder, Expected);
        foreach (string path in paths)
        {
            using var file = new CsvFile(path, malformed);
            if (file.Has(KuaiRandLog.Columns) || file.Name.StartsWith("log_", StringComparison.Ordinal))
            {
                KuaiRandLog.Read(file, rows);
            }
            else if (file.Has(s_userColumns))
            {
                users = Once(users, file, "user_id", EventText.UserId);
            }
            else if (file.Has(s_videoColumns))
            {
                videos = Once(videos, file, "video_id", EventText.ItemId);
            }
        }

        if (rows.Count == 0 || users is null || videos is null)
        {
            throw new DatasetException(Describe(folder, paths, rows.Count, users, videos, malformed.Count));
        }

        rows.Sort(static (a, b) => a.ShownAt != b.ShownAt ? a.ShownAt.CompareTo(b.ShownAt) : a.Hash.CompareTo(b.Hash));
        return new KuaiRandSource(rows, videos, users, malformed.Count);
    }

    private static ProfileTable Once(ProfileTable? known, CsvFile file, string idColumn, EventText idField) => known is null
        ? ProfileTable.Read(file, idColumn, idField)
        : throw new DatasetException(
            $"File '{file.Name}' is the second in its folder with features by {idColumn}. No event was read. Keep one of them.");

    private static string Describe(
        string folder, IReadOnlyList<string> paths, int rows, ProfileTable? users, ProfileTable? videos, long malformed)
    {
        var message = new StringBuilder($"Folder '{folder}' is not complete. It holds {string.Join(", ", paths.Select(Path.GetFileName))}.");
        if (rows == 0)
        {
            string columns = string.Join(", ", KuaiRandLog.Columns);
            message.Append(malformed == 0
                ? $" No log with a row was found (columns {columns})."
                : $" No row of a log can be read; {malformed} rows were set aside.");
        }

        Missing(users, "user features", s_userColumns);
        Missing(videos, "video features", s_videoColumns);
        return message.Append(" No event was read. Put ").Append(Expected).Append(" there.").ToString();

        void Missing(ProfileTable? table, string what, string[] columns)
        {
            if (table is null)
            {
                message.Append(System.Globalization.CultureInfo.InvariantCulture, $" No {what} were found (columns {string.Join(", ", columns)}).");
            }
        }
    }
}
