using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using Freshet.Core.Files;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Samples.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>
/// Sample files of one scene: features once, labels in small files a day and cutoff, and a manifest that makes a cutoff visible.
/// </summary>
/// <remarks>
/// Layout in docs/formats.md. One writer; readers in any number, also other programs. A reader that follows a manifest
/// sees a whole cutoff, whatever is written meanwhile.
/// </remarks>
public sealed class SampleFolder
{
    private readonly Scene _scene;
    private readonly string _root;
    private readonly SceneDays _days;
    private readonly int _rowsPerGroup;
    private HashSet<SnapshotKey>? _written;
    private readonly Dictionary<DateOnly, long> _versions = [];
    private SampleManifest? _latest;

    /// <summary>Opens or begins the folder of <paramref name="scene"/> under <paramref name="root"/>.</summary>
    /// <param name="root">Holds one folder a scene.</param>
    /// <param name="scene">Whose samples the folder holds.</param>
    /// <exception cref="SampleFileException">The newest manifest cannot be read.</exception>
    public SampleFolder(string root, Scene scene)
        : this(root, scene, ParquetEncoding.RowsPerGroup)
    {
    }

    internal SampleFolder(string root, Scene scene, int rowsPerGroup)
    {
        _rowsPerGroup = rowsPerGroup;
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(scene);
        _scene = scene;
        _root = Path.Combine(root, scene.Name);
        _days = new SceneDays(scene.TimeZone);
        if (Cutoffs is [.., long newest])
        {
            _latest = Manifest(newest);
        }
    }

    /// <summary>The scene's folder, in which the paths of manifests begin.</summary>
    internal string Root => _root;

    /// <summary>The cutoffs that can be read, ascending, ms since the epoch.</summary>
    public IReadOnlyList<long> Cutoffs => !Directory.Exists(Path.Combine(_root, "manifests"))
        ? []
        : [.. Directory.EnumerateFiles(Path.Combine(_root, "manifests"), "*.json")
            .Select(path => long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture)).Order()];

    /// <summary>The days that have samples at the newest cutoff, ascending.</summary>
    public IReadOnlyList<DateOnly> Days => _latest is null ? [] : [.. _latest.Labels.Select(entry => entry.Day)];

    /// <summary>The files of a cutoff.</summary>
    /// <exception cref="SampleFileException">The manifest is missing or damaged.</exception>
    public SampleManifest Manifest(long cutoff)
    {
        string path = ManifestPath(cutoff);
        return SampleManifest.Decode(path, ReadAll(path));
    }

    /// <summary>Writes what <paramref name="table"/> holds at a cutoff: new snapshots, the labels of changed days, then the manifest.</summary>
    /// <param name="cutoff">ms since the epoch. One that is already there is left as it is.</param>
    /// <param name="table">A table that keeps impressions. Days that it no longer holds stay as the cutoff before has them.</param>
    /// <exception cref="ArgumentException">The table keeps no impressions, or the cutoff is earlier than the newest.</exception>
    /// <exception cref="SampleFileException">A file cannot be written, or one of the cutoff before not read; the folder stays at the cutoff before.</exception>
    public void Commit(long cutoff, SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Impressions is null || table.Impressions.Count != table.Features.Count)
        {
            throw new ArgumentException(
                $"The table has {table.Features.Count} snapshots and {table.Impressions?.Count ?? 0} impressions; sample files need both of each row.",
                nameof(table));
        }

        if (_latest is not null && cutoff <= _latest.Cutoff)
        {
            if (File.Exists(ManifestPath(cutoff)))
            {
                TakeAsWritten(table);
                return;
            }

            throw new ArgumentException($"Cutoff {cutoff} is earlier than the newest in the folder, {_latest.Cutoff}.", nameof(cutoff));
        }

        _written ??= WrittenBefore();
        var features = new List<ManifestEntry>(_latest?.Features ?? []);
        var labels = new SortedDictionary<DateOnly, ManifestEntry>(_latest?.Labels.ToDictionary(entry => entry.Day) ?? []);
        var added = new HashSet<SnapshotKey>();
        var versions = new Dictionary<DateOnly, long>();
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            versions[date] = day.Version;
            if (!_versions.TryGetValue(date, out long version) || version != day.Version)
            {
                features.AddRange(WriteFeatures(cutoff, table, day, added));
                labels[date] = WriteLabels(cutoff, table, day);
            }
        }

        var manifest = new SampleManifest
        {
            Format = SampleManifest.CurrentFormat,
            Scene = _scene.Name,
            Cutoff = cutoff,
            Features = features,
            Labels = [.. labels.Values],
        };
        WriteFile(ManifestPath(cutoff), manifest.Encode());
        _latest = manifest;
        _written.UnionWith(added);
        foreach ((DateOnly date, long version) in versions)
        {
            _versions[date] = version;
        }
    }

    /// <summary>
    /// Says that the folder has the days of <paramref name="table"/> as they are now: a join that goes on writes a day again only when it changes.
    /// </summary>
    public void TakeAsWritten(SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        foreach (ManifestEntry entry in _latest?.Labels ?? [])
        {
            // Samples may have left since the newest cutoff: the next one writes their day.
            if (table.Find(entry.Day) is { } day && day.Count == entry.Rows)
            {
                _versions[entry.Day] = day.Version;
            }
        }
    }

    /// <summary>Reads one day of a cutoff, with ids and label times.</summary>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged.</exception>
    public SampleTable Load(long cutoff, DateOnly day) => Load(Manifest(cutoff), day);

    /// <summary>Reads the samples of a cutoff one by one, in order of shown_at, without holding a day's features in memory.</summary>
    /// <param name="cutoff">One of <see cref="Cutoffs"/>.</param>
    /// <param name="after">Samples shown after this, ms since the epoch.</param>
    /// <param name="before">And before this.</param>
    /// <param name="filter">Which samples are delivered; null: all.</param>
    /// <exception cref="SampleFileException">The manifest is missing or damaged.</exception>
    public SampleReader ReadInOrder(long cutoff, long after = long.MinValue, long before = long.MaxValue, SampleFilter? filter = null) =>
        new(this, _scene, Manifest(cutoff), after, before, filter);

    /// <summary>Writes a cutoff as plain Parquet, one row a sample with all columns, for engines that know no manifest.</summary>
    /// <param name="cutoff">One of <see cref="Cutoffs"/>.</param>
    /// <param name="directory">Gets <c>day=YYYY-MM-DD/hour=HH/samples.parquet</c>.</param>
    /// <exception cref="SampleFileException">A file cannot be read or written.</exception>
    public void WriteJoined(long cutoff, string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        SampleManifest manifest = Manifest(cutoff);
        foreach (DateOnly date in manifest.Labels.Select(entry => entry.Day))
        {
            SampleTable table = Load(manifest, date);
            SampleDay day = table.Find(date)!;
            int Row(int i) => day.Samples[i].Row;
            FileColumn[] columns =
            [
                .. SampleColumns.Key(table.Impressions!, Row), .. SampleColumns.Impression(_scene, table.Impressions!, Row),
                .. SampleColumns.Labels(_scene, day), .. SampleColumns.Features(table.Features, Row),
            ];
            foreach (IGrouping<int, int> hour in Enumerable.Range(0, day.Count).GroupBy(i => _days.HourOf(day.Samples[i].ShownAt)))
            {
                WriteFile(
                    Path.Combine(directory, Partition(date, hour.Key), "samples.parquet"), ParquetEncoding.Encode(columns, [.. hour]));
            }
        }
    }

    /// <summary>Opens a file of a manifest.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="verify">Whether it is compared with what its manifest says of it; false where that was done before.</param>
    /// <exception cref="SampleFileException">The file is missing or damaged.</exception>
    internal ParquetRows Open(ManifestEntry entry, bool verify = true)
    {
        string path = Path.Combine(_root, entry.Path);
        if (verify)
        {
            Verify(path, entry);
        }

        return new ParquetRows(path);
    }

    private List<ManifestEntry> WriteFeatures(long cutoff, SampleTable table, SampleDay day, HashSet<SnapshotKey> added)
    {
        ImpressionColumns impressions = table.Impressions!;
        var rows = new List<int>();
        foreach (LabelledSample sample in day.Samples)
        {
            var key = new SnapshotKey(impressions.Identity(sample.Row), impressions.ImpressionKey(sample.Row));
            if (!_written!.Contains(key) && added.Add(key))
            {
                rows.Add(sample.Row);
            }
        }

        FileColumn[] columns =
        [
            .. SampleColumns.Key(impressions, row => row), .. SampleColumns.Impression(_scene, impressions, row => row),
            new ScalarColumn<long>("shown_at", impressions.ShownAt), .. SampleColumns.Features(table.Features, row => row),
        ];
        return
        [
            .. rows.GroupBy(row => (Day: _days.DateOf(impressions.ShownAt(row)), Hour: _days.HourOf(impressions.ShownAt(row)))).Select(hour =>
                Write($"features/{Partition(hour.Key.Day, hour.Key.Hour)}/{cutoff}-{day.Date:yyyyMMdd}.parquet", hour.Key.Day, columns, [.. hour])),
        ];
    }

    private ManifestEntry WriteLabels(long cutoff, SampleTable table, SampleDay day)
    {
        FileColumn[] columns =
        [
            .. SampleColumns.Key(table.Impressions!, i => day.Samples[i].Row), .. SampleColumns.Labels(_scene, day),
        ];
        return Write(
            string.Create(CultureInfo.InvariantCulture, $"labels/day={day.Date:yyyy-MM-dd}/{cutoff}.parquet"),
            day.Date, columns, [.. Enumerable.Range(0, day.Count)]);
    }

    private ManifestEntry Write(string path, DateOnly day, FileColumn[] columns, int[] rows)
    {
        byte[] content = ParquetEncoding.Encode(columns, rows, _rowsPerGroup);
        WriteFile(Path.Combine(_root, path), content);
        return new ManifestEntry(path, day, rows.Length, content.Length, SampleManifest.Sum(content));
    }

    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written; no file is left behind.</exception>
    internal static void WriteFile(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SampleFileException(
                $"Sample file '{path}' cannot be written: {failure.Message} The folder still holds the cutoffs it had. " +
                "Make room or grant access, then commit again.", failure);
        }
    }

    private SampleTable Load(SampleManifest manifest, DateOnly day)
    {
        var loader = new SampleLoader(_scene);
        if (manifest.Labels.FirstOrDefault(entry => entry.Day == day) is not { } labels)
        {
            return loader.Table;
        }

        using ParquetRows labelFile = Open(labels);
        HashSet<SnapshotKey> wanted = SampleLoader.Keys(labelFile);
        // A repeat that opened an entry of its own (window mode) has its snapshot in another day's file.
        foreach (ManifestEntry entry in manifest.Features.OrderBy(entry => Math.Abs(entry.Day.DayNumber - day.DayNumber)))
        {
            if (wanted.Count > 0)
            {
                using ParquetRows file = Open(entry);
                loader.AddFeatures(file, wanted);
            }
        }

        loader.AddLabels(day, labelFile);
        return loader.Table;
    }

    private HashSet<SnapshotKey> WrittenBefore()
    {
        HashSet<SnapshotKey> written = [];
        foreach (ManifestEntry entry in _latest?.Features ?? [])
        {
            using ParquetRows file = Open(entry);
            written.UnionWith(SampleLoader.Keys(file));
        }

        return written;
    }

    private static void Verify(string path, ManifestEntry entry)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        try
        {
            using var file = new FileBytes(path);
            var hash = new XxHash3();
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                hash.Append(buffer.AsSpan(0, read));
            }

            string sum = SampleManifest.Text(hash.GetCurrentHashAsUInt64());
            if (file.Length != entry.Bytes || sum != entry.Checksum)
            {
                throw new SampleFileException(
                    $"Sample file '{path}' has {file.Length} bytes and checksum '{sum}'; its manifest says {entry.Bytes} bytes and '{entry.Checksum}'. " +
                    "Cutoffs that name it cannot be read; restore the file or join again into an empty folder.");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    private static SampleFileException Unreadable(string path, Exception failure) => new(
        $"Sample file '{path}' cannot be read: {failure.Message} Restore the file or join again into an empty folder.", failure);

    private string ManifestPath(long cutoff) => Path.Combine(_root, "manifests", string.Create(CultureInfo.InvariantCulture, $"{cutoff}.json"));

    private static string Partition(DateOnly day, int hour) =>
        string.Create(CultureInfo.InvariantCulture, $"day={day:yyyy-MM-dd}/hour={hour:00}");
}
