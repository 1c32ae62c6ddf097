using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using Freshet.Core.Files;
using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Native;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>
/// Sample files of one scene: features once, labels in one file per day and hour, of which a cutoff writes those that changed, and a manifest that
/// makes a cutoff visible. Old cutoffs are removed (<see cref="SampleOptions"/>).
/// </summary>
/// <remarks>
/// Layout in docs/formats.md. One writer; readers in any number, also other programs. A reader that follows a manifest
/// sees a whole cutoff, whatever is written meanwhile, as long as the cutoff is kept.
/// </remarks>
public sealed class SampleFolder
{
    private readonly Scene _scene;
    private readonly string _root;
    private readonly SceneDays _days;
    private readonly int _rowsPerGroup;
    private readonly WrittenKeys _written;
    private readonly Dictionary<DateOnly, long> _versions = [];
    private (long Minute, int Hour) _lastHour = (long.MinValue, 0);
    private bool _isSwept;
    private SampleManifest? _compared;
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
        _written = new WrittenKeys(entry => Open(entry));
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
    public IReadOnlyList<DateOnly> Days => _latest is null ? [] : [.. _latest.Labels.Select(entry => entry.Day).Distinct()];

    /// <summary>The oldest cutoff that is kept, ms since the epoch: a cutoff before it is no longer there. Null before the first commit.</summary>
    public long? First => _latest?.First;

    /// <summary>Cutoffs that this object has removed because they were too many or too old.</summary>
    public long RemovedCutoffs { get; private set; }

    /// <summary>Label files that this object has removed because no cutoff that is kept names them.</summary>
    public long RemovedFiles { get; private set; }

    /// <summary>The files of a cutoff.</summary>
    /// <exception cref="SampleFileException">The manifest is missing or damaged.</exception>
    public SampleManifest Manifest(long cutoff)
    {
        string path = ManifestPath(cutoff);
        return SampleManifest.Decode(path, ReadAll(path));
    }

    /// <summary>
    /// Writes what <paramref name="table"/> holds at a cutoff: new feature vectors, the labels of changed hours, then the manifest. Removes the cutoffs
    /// that are no longer kept.
    /// </summary>
    /// <param name="cutoff">ms since the epoch. One that is already there is left as it is.</param>
    /// <param name="table">A table that keeps impressions. Days that it no longer holds stay as the cutoff before has them.</param>
    /// <exception cref="ArgumentException">The table keeps no impressions, or the cutoff is earlier than the newest.</exception>
    /// <exception cref="SampleFileException">A file cannot be written, or one of the cutoff before not read; the folder stays at the cutoff before.</exception>
    public void Commit(long cutoff, SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Commit(cutoff, table, write =>
        {
            foreach (DateOnly date in table.Days)
            {
                write(date);
            }
        });
    }

    /// <summary>As <see cref="Commit(long, SampleTable)"/>, for a table that need not hold all days of the cutoff at one time.</summary>
    /// <param name="cutoff">ms since the epoch. One that is already there is left as it is.</param>
    /// <param name="table">A table that keeps impressions.</param>
    /// <param name="days">Called once. Gives each day that may have changed to what it is given, while the table holds the day.</param>
    /// <exception cref="ArgumentException">The table keeps no impressions, or the cutoff is earlier than the newest.</exception>
    /// <exception cref="SampleFileException">A file cannot be written, or one of the cutoff before not read; the folder stays at the cutoff before.</exception>
    public void Commit(long cutoff, SampleTable table, Action<Action<DateOnly>> days)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(days);
        if (table.Rows is not { } rows || (table.Impressions is { } impressions && impressions.Count != table.Features.Count))
        {
            throw new ArgumentException(
                $"The table has {table.Features.Count} snapshots and {table.Impressions?.Count ?? 0} impressions; sample files need both of each row.",
                nameof(table));
        }

        if (_latest is not null && cutoff <= _latest.Cutoff)
        {
            if (File.Exists(ManifestPath(cutoff)))
            {
                return;
            }

            throw new ArgumentException($"Cutoff {cutoff} is earlier than the newest in the folder, {_latest.Cutoff}.", nameof(cutoff));
        }

        try
        {
            Sweep();
            Write(cutoff, table, rows, days);
        }
        catch
        {
            _written.Forget(); // it may name files that no manifest names
            throw;
        }

        RemoveBefore(_latest!.First);
    }

    /// <summary>Whether a cutoff of the folder has exactly the samples of a day that <paramref name="table"/> has.</summary>
    /// <param name="cutoff">One of <see cref="Cutoffs"/>.</param>
    /// <param name="table">A table that keeps impressions.</param>
    /// <param name="date">A day that the table holds.</param>
    /// <exception cref="SampleFileException">The manifest is missing or damaged.</exception>
    public bool Holds(long cutoff, SampleTable table, DateOnly date)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (_compared?.Cutoff != cutoff)
        {
            _compared = Manifest(cutoff);
        }

        SampleDay day = table.Find(date)!;
        return _compared.Labels.Where(entry => entry.Day == date).Select(entry => (entry.Hour, entry.Content))
            .SequenceEqual(HoursOf(day).Select(hour => (hour.Key, (string?)ContentOf(table, day, hour.Value))));
    }

    /// <summary>Removes what no cutoff that is kept names: left-overs of a commit that was killed. Once; later calls do nothing.</summary>
    /// <exception cref="SampleFileException">A manifest cannot be read, or a file not be removed.</exception>
    public void Sweep()
    {
        if (_isSwept || _latest is null)
        {
            return;
        }

        _isSwept = true;
        RemoveBefore(_latest.First);
        HashSet<string> named = [.. Cutoffs.Select(Manifest).SelectMany(manifest => manifest.Features.Concat(manifest.Labels)).Select(entry => entry.Path)];
        foreach (string kind in (string[])["features", "labels", "manifests"])
        {
            string folder = Path.Combine(_root, kind);
            foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
            {
                if (kind == "manifests" ? path.EndsWith(".unfinished", StringComparison.Ordinal) : !named.Contains(Path.GetRelativePath(_root, path).Replace('\\', '/')))
                {
                    Remove(path);
                }
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
        foreach (ManifestEntry hour in manifest.Labels)
        {
            SampleTable table = Load(manifest, hour.Day, [hour]);
            SampleDay day = table.Find(hour.Day)!;
            int Row(int i) => day.Samples[i].Row;
            FileColumn[] columns =
            [
                .. SampleColumns.Key(i => table.Rows!.KeyOf(Row(i))), .. SampleColumns.Impression(_scene, table.Impressions!, Row),
                .. SampleColumns.Labels(_scene, day), .. SampleColumns.Features(table.Features, Row),
            ];
            WriteFile(
                Path.Combine(directory, Partition(hour.Day, hour.Hour), "samples.parquet"),
                ParquetEncoding.Encode(columns, [.. Enumerable.Range(0, day.Count)]));
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

    private void Write(long cutoff, SampleTable table, ISampleRows rows, Action<Action<DateOnly>> days)
    {
        var features = new List<ManifestEntry>(_latest?.Features ?? []);
        var labels = new List<ManifestEntry>();
        var held = new List<int>();
        var versions = new Dictionary<DateOnly, long>();
        days(date =>
        {
            SampleDay day = table.Find(date)!;
            versions[date] = day.Version;
            if (!_versions.TryGetValue(date, out long version) || version != day.Version)
            {
                WriteFeatures(cutoff, rows, day, features, held);
                labels.AddRange(WriteLabels(cutoff, table, day));
            }
        });
        labels.AddRange((_latest?.Labels ?? []).Where(entry => !IsWritten(versions, entry.Day)));
        var manifest = new SampleManifest
        {
            Format = SampleManifest.CurrentFormat,
            Scene = _scene.Name,
            Cutoff = cutoff,
            First = FirstKept(cutoff),
            Features = features,
            Labels = [.. labels.OrderBy(entry => entry.Day).ThenBy(entry => entry.Hour)],
        };
        WriteFile(ManifestPath(cutoff), manifest.Encode());
        _latest = manifest;
        rows.MarkWritten(held);
        _versions.Clear();
        foreach ((DateOnly date, long version) in versions)
        {
            _versions[date] = version;
        }
    }

    /// <summary>Whether this commit has looked at the labels of a day: what the cutoff before says of it no longer counts.</summary>
    private bool IsWritten(Dictionary<DateOnly, long> versions, DateOnly date) =>
        versions.TryGetValue(date, out long version) && !(_versions.TryGetValue(date, out long former) && former == version);

    /// <summary>The oldest cutoff that is kept once there is <paramref name="cutoff"/>.</summary>
    private long FirstKept(long cutoff)
    {
        long first = cutoff;
        IReadOnlyList<long> before = Cutoffs;
        for (int i = before.Count - 1, kept = 1; i >= 0 && kept < _scene.Samples.Keep && cutoff - before[i] <= _scene.Samples.KeepFor.TotalMilliseconds; i--)
        {
            first = before[i];
            kept++;
        }

        return first;
    }

    /// <summary>
    /// Removes the cutoffs before <paramref name="first"/>, oldest first, and the label files that only they name. A manifest goes before its files: a
    /// kill leaves files that nothing names, for the next <see cref="Sweep"/>.
    /// </summary>
    private void RemoveBefore(long first)
    {
        IReadOnlyList<long> cutoffs = Cutoffs;
        for (int i = 0; i + 1 < cutoffs.Count && cutoffs[i] < first; i++)
        {
            // A label file is named by cutoffs that follow each other: what the next one lacks no later one has.
            HashSet<string> next = [.. Manifest(cutoffs[i + 1]).Labels.Select(entry => entry.Path)];
            IReadOnlyList<ManifestEntry> labels = Manifest(cutoffs[i]).Labels;
            Remove(ManifestPath(cutoffs[i]));
            RemovedCutoffs++;
            foreach (ManifestEntry entry in labels.Where(entry => !next.Contains(entry.Path)))
            {
                Remove(Path.Combine(_root, entry.Path));
                RemovedFiles++;
            }
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SampleFileException(
                $"Sample file '{path}' of a cutoff that is no longer kept cannot be removed: {failure.Message} The newest cutoff is whole. Grant access, then commit again.",
                failure);
        }
    }

    private void WriteFeatures(long cutoff, ISampleRows rows, SampleDay day, List<ManifestEntry> features, List<int> held)
    {
        var hours = new Dictionary<(DateOnly Day, int Hour), List<int>>();
        foreach (LabelledSample sample in day.Samples)
        {
            if (!rows.IsWritten(sample.Row))
            {
                long at = rows.ShownAt(sample.Row);
                (DateOnly, int) hour = (_days.DateOf(at), HourOf(at));
                if (!hours.TryGetValue(hour, out List<int>? asked))
                {
                    hours[hour] = asked = [];
                }

                asked.Add(sample.Row);
                held.Add(sample.Row);
            }
        }

        FileColumn[]? columns = null;
        foreach (((DateOnly date, int hour), List<int> asked) in hours)
        {
            int[] fresh = _written.Add(date, hour, asked, rows, features);
            if (fresh.Length > 0)
            {
                columns ??=
                [
                    .. SampleColumns.Key(row => new SnapshotKey(rows.Impressions.Identity(row), rows.Impressions.ImpressionKey(row))),
                    .. SampleColumns.Impression(_scene, rows.Impressions, row => row),
                    new ScalarColumn<long>("shown_at", rows.Impressions.ShownAt), .. SampleColumns.Features(rows.Features, row => row),
                ];
                features.Add(Write($"features/{Partition(date, hour)}/{cutoff}-{day.Date:yyyyMMdd}.parquet", date, hour, columns, fresh, rows.Load));
            }
        }
    }

    private IEnumerable<ManifestEntry> WriteLabels(long cutoff, SampleTable table, SampleDay day)
    {
        Dictionary<int, ManifestEntry> before = _latest?.Labels.Where(entry => entry.Day == day.Date).ToDictionary(entry => entry.Hour) ?? [];
        FileColumn[] columns =
        [
            .. SampleColumns.Key(i => table.Rows!.KeyOf(day.Samples[i].Row)), .. SampleColumns.Labels(_scene, day),
        ];
        foreach ((int hour, int[] samples) in HoursOf(day))
        {
            string content = ContentOf(table, day, samples);
            yield return before.TryGetValue(hour, out ManifestEntry? entry) && entry.Content == content
                ? entry
                : Write($"labels/{Partition(day.Date, hour)}/{cutoff}.parquet", day.Date, hour, columns, samples, part => part) with { Content = content };
        }
    }

    /// <summary>The samples of each hour of a day, by place; of an hour's time in the order of training.</summary>
    private SortedDictionary<int, int[]> HoursOf(SampleDay day)
    {
        var hours = new SortedDictionary<int, int[]>();
        var lists = new List<int>[24];
        for (int i = 0; i < day.Count; i++)
        {
            (lists[HourOf(day.Samples[i].LearnAt)] ??= []).Add(i);
        }

        for (int hour = 0; hour < lists.Length; hour++)
        {
            if (lists[hour] is { } list)
            {
                hours[hour] = [.. list];
            }
        }

        return hours;
    }

    /// <summary>
    /// Tells what samples say, in their order. In mode <c>cumulative</c> without the cutoff that gave the labels: it is one for a whole day, and the
    /// labels of most hours are as before.
    /// </summary>
    private string ContentOf(SampleTable table, SampleDay day, int[] places)
    {
        var hash = new XxHash3();
        Span<long> numbers = stackalloc long[10];
        foreach (int i in places)
        {
            LabelledSample sample = day.Samples[i];
            SnapshotKey key = table.Rows!.KeyOf(sample.Row);
            numbers[0] = (long)key.Identity.High;
            numbers[1] = (long)key.Identity.Low;
            numbers[2] = (long)key.Impression;
            numbers[3] = sample.ShownAt;
            numbers[4] = sample.Repeats;
            numbers[5] = sample.Labels;
            numbers[6] = ((long)sample.Taught << 8) | (byte)sample.Kind;
            numbers[7] = sample.Elapsed;
            numbers[8] = sample.LeftAt;
            numbers[9] = _scene.Attribution.Mode == AttributionMode.Cumulative ? 0 : day.AttributedAt(i);
            hash.Append(ByteView.Of<long>(numbers));
            hash.Append(ByteView.Of(day.LabelTimes(i)));
            hash.Append(ByteView.Of(day.LabelValues(i)));
            hash.Append(ByteView.Of(day.Targets(i)));
        }

        return SampleManifest.Text(hash.GetCurrentHashAsUInt64());
    }

    /// <summary>Hour of the scene's day. Offsets of time zones are whole minutes, so one look-up serves a minute.</summary>
    private int HourOf(long at)
    {
        long minute = Math.DivRem(at, 60_000, out long rest) - (rest < 0 ? 1 : 0);
        if (_lastHour.Minute != minute)
        {
            _lastHour = (minute, _days.HourOf(at));
        }

        return _lastHour.Hour;
    }

    private ManifestEntry Write(FormattableString path, DateOnly day, int hour, FileColumn[] columns, int[] rows, Func<int[], int[]> load)
    {
        string relative = path.ToString(CultureInfo.InvariantCulture);
        (long length, string sum) = (0, "");
        WriteFile(Path.Combine(_root, relative), file =>
        {
            using var stream = new SummedStream(file);
            ParquetEncoding.Encode(columns, rows, _rowsPerGroup, stream, load);
            (length, sum) = (stream.Length, SampleManifest.Text(stream.Sum));
        });
        return new ManifestEntry(relative, day, hour, rows.Length, length, sum);
    }

    private SampleTable Load(SampleManifest manifest, DateOnly day) => Load(manifest, day, [.. manifest.Labels.Where(entry => entry.Day == day)]);

    private SampleTable Load(SampleManifest manifest, DateOnly day, IReadOnlyList<ManifestEntry> hours)
    {
        var loader = new SampleLoader(_scene);
        if (hours.Count == 0)
        {
            return loader.Table;
        }

        HashSet<SnapshotKey> wanted = [];
        foreach (ManifestEntry entry in hours)
        {
            using ParquetRows file = Open(entry);
            wanted.UnionWith(SampleLoader.ReadKeys(file));
        }

        // A repeat that opened an entry of its own (window mode) has its snapshot in another day's file.
        foreach (ManifestEntry entry in manifest.Features.OrderBy(entry => hours.Min(hour => hour.HoursFrom(entry))))
        {
            if (wanted.Count > 0)
            {
                using ParquetRows file = Open(entry);
                loader.AddFeatures(file, wanted);
            }
        }

        foreach (ManifestEntry entry in hours)
        {
            using ParquetRows file = Open(entry, verify: false);
            loader.AddLabels(day, file);
        }

        return loader.Table;
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

    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written; no file is left behind.</exception>
    internal static void WriteFile(string path, byte[] content) => WriteFile(path, stream => stream.Write(content));

    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written; no file is left behind.</exception>
    private static void WriteFile(string path, Action<Stream> content)
    {
        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new AtomicFile(path, bufferSize: 1 << 16);
            content(file.Stream);
            file.Complete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SampleFileException(
                $"Sample file '{path}' cannot be written: {failure.Message} The folder still holds the cutoffs it had. " +
                "Make room or grant access, then commit again.", failure);
        }
    }
}
