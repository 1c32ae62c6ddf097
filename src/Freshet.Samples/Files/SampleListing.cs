using System.Globalization;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>The samples of a cutoff for people and other programs: with ids and label times, without features, and without the scene's file.</summary>
/// <remarks>An hour's ids are in memory at once. Not thread-safe.</remarks>
public sealed class SampleListing
{
    private readonly SampleFolder _folder;
    private readonly SampleManifest _manifest;

    private SampleListing(SampleFolder folder, SampleManifest manifest)
    {
        _folder = folder;
        _manifest = manifest;
        Behaviours = [.. manifest.Labels.SelectMany(NamesOf).Distinct()];
    }

    /// <summary>Names of the labels, in the order of the files' columns.</summary>
    public IReadOnlyList<string> Behaviours { get; }

    /// <summary>Name of the scene.</summary>
    public string Scene => _manifest.Scene;

    /// <summary>The cutoff that is listed, ms since the epoch.</summary>
    public long Cutoff => _manifest.Cutoff;

    /// <summary>Opens a cutoff of a folder.</summary>
    /// <param name="directory">A folder of one scene, or one that holds the folder of one scene.</param>
    /// <param name="cutoff">ms since the epoch; null: the newest.</param>
    /// <exception cref="SampleFileException">There is no such cutoff, several scenes, or a file is damaged.</exception>
    public static SampleListing Open(string directory, long? cutoff = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        string scene = SceneFolder(Path.GetFullPath(directory));
        // Names alone are read: no setting of the scene is needed.
        var folder = new SampleFolder(Path.GetDirectoryName(scene)!, new Scene { Name = Path.GetFileName(scene), Behaviours = [], Slots = [] });
        IReadOnlyList<long> cutoffs = folder.Cutoffs;
        if (cutoffs.Count == 0 || (cutoff is { } asked && !cutoffs.Contains(asked)))
        {
            string there = cutoffs.Count == 0 ? "none" : string.Join(", ", cutoffs.TakeLast(5).Select(at => at.ToString(CultureInfo.InvariantCulture)));
            throw new SampleFileException($"Folder '{scene}' has no cutoff {(cutoff is null ? "yet" : $"{cutoff}")}; the newest are: {there}. Name one of them, or join first.");
        }

        return new SampleListing(folder, folder.Manifest(cutoff ?? cutoffs[^1]));
    }

    /// <summary>All samples, hour by hour, in the order of training.</summary>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged.</exception>
    public IEnumerable<ListedSample> Read() => _manifest.Labels.SelectMany(ReadHour);

    private static string SceneFolder(string directory)
    {
        if (Directory.Exists(Path.Combine(directory, "manifests")))
        {
            return directory;
        }

        string[] scenes = !Directory.Exists(directory) ? [] : [.. Directory.EnumerateDirectories(directory)
            .Where(path => Directory.Exists(Path.Combine(path, "manifests"))).Order(StringComparer.Ordinal)];
        return scenes.Length switch
        {
            1 => scenes[0],
            0 => throw new SampleFileException($"Folder '{directory}' holds no sample files. Name the --out folder of a join."),
            _ => throw new SampleFileException(
                $"Folder '{directory}' holds {scenes.Length} scenes: {string.Join(", ", scenes.Select(Path.GetFileName))}. Name the folder of one."),
        };
    }

    private IEnumerable<ListedSample> ReadHour(ManifestEntry entry)
    {
        using ParquetRows file = _folder.Open(entry);
        SnapshotKey[] keys = SampleLoader.ReadKeys(file);
        Dictionary<SnapshotKey, string[]> ids = FindIds(entry, keys);
        long[] shownAt = file.Numbers<long>("shown_at");
        int[] repeats = file.Numbers<int>("repeats"), emissions = file.Numbers<int>("emission", required: false);
        int[][] labels = [.. Behaviours.Select(name => file.Numbers<int>($"label_{name}", required: false))];
        long?[][] times = [.. Behaviours.Select(name => file.Optional<long>($"label_time_{name}"))];
        for (int i = 0; i < keys.Length; i++)
        {
            string[] id = ids[keys[i]];
            yield return new ListedSample(
                id[0], id[1], id[2], shownAt[i], repeats[i], EmissionCode.Read(emissions[i]), Array.ConvertAll(labels, column => column[i] != 0),
                Array.ConvertAll(times, column => column[i]));
        }
    }

    private Dictionary<SnapshotKey, string[]> FindIds(ManifestEntry labels, SnapshotKey[] keys)
    {
        HashSet<SnapshotKey> wanted = [.. keys];
        var ids = new Dictionary<SnapshotKey, string[]>(wanted.Count);
        // A repeat that opened an entry of its own (window mode) has its snapshot in another day's file.
        foreach (ManifestEntry entry in _manifest.Features.OrderBy(labels.HoursFrom))
        {
            if (wanted.Count == 0)
            {
                break;
            }

            using ParquetRows file = _folder.Open(entry);
            SnapshotKey[] found = SampleLoader.ReadKeys(file);
            string?[][] texts = [.. new[] { EventText.UserId, EventText.RequestId, EventText.ItemId }
                .Select(id => file.Texts(SampleColumns.Texts.First(column => column.Text == id).Name))];
            for (int i = 0; i < found.Length; i++)
            {
                if (wanted.Remove(found[i]))
                {
                    ids[found[i]] = Array.ConvertAll(texts, column => column[i] ?? "");
                }
            }
        }

        return wanted.Count == 0 ? ids : throw new SampleFileException(
            $"Cutoff {Cutoff} of scene '{Scene}' has {wanted.Count} samples of {labels.Day:yyyy-MM-dd} without snapshots. Restore its feature files, or join again into an empty folder.");
    }

    /// <summary>A label has three columns: itself, its time, its value.</summary>
    private List<string> NamesOf(ManifestEntry entry)
    {
        const string Prefix = "label_";
        using ParquetRows file = _folder.Open(entry);
        HashSet<string> columns = [.. file.Names];
        return [.. file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])
            .Where(name => columns.Contains($"label_time_{name}") && columns.Contains($"label_value_{name}"))];
    }
}
