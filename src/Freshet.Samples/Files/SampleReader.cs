using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>Reads the samples of a cutoff one by one in order of shown_at, from files, without ever holding a day's features.</summary>
/// <remarks>
/// In memory are the labels of one day (about 70 bytes a sample that the filter lets through), the keys of one hour, and the row
/// groups whose snapshots are due. Buffers are used again from day to day. Samples of one time stand as in their label file. Not
/// thread-safe; what a later commit writes changes nothing.
/// </remarks>
public sealed class SampleReader : IDisposable
{
    private readonly SampleFolder _folder;
    private readonly SampleManifest _manifest;
    private readonly SceneDays _days;
    private readonly SampleFilter? _filter;
    private readonly long _after;
    private readonly long _before;
    private readonly LabelDay _labels;
    private readonly FeatureFinder _features;
    private readonly HashSet<string> _verified = [];
    private int _nextDay;
    private int _start;
    private int _end;
    private int _position = -1;

    internal SampleReader(SampleFolder folder, Scene scene, SampleManifest manifest, long after, long before, SampleFilter? filter)
    {
        _folder = folder;
        _manifest = manifest;
        _days = new SceneDays(scene.TimeZone);
        _filter = filter;
        _after = after;
        _before = before;
        _labels = new LabelDay(scene);
        _features = new FeatureFinder(scene.SnapshotSchema(), Open);
    }

    /// <summary>The sample at which the reader stands. Its row is −1: <see cref="AppendSnapshot"/> gives it one.</summary>
    public ref readonly LabelledSample Sample => ref _labels.Sample(_position);

    /// <summary>[R] targets of <see cref="Sample"/>; NaN where it has none.</summary>
    public ReadOnlySpan<float> Targets => _labels.Targets(_position);

    /// <summary>
    /// Newest shown_at of the days read so far, of samples that the filter left out too; <see cref="long.MinValue"/> where there is
    /// none. Once <see cref="MoveNext"/> returned false, that of all samples.
    /// </summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Row groups that were in memory at one time, at most.</summary>
    internal int BlockCount => _features.BlockCount;

    /// <summary>Goes to the next sample; false at the end.</summary>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged.</exception>
    public bool MoveNext()
    {
        if (_position >= _start && _position < _end)
        {
            _features.Pass(_position - _start);
        }

        _position++;
        while (_position >= _end)
        {
            if (_end < _labels.Count)
            {
                FindHour();
            }
            else if (!LoadDay())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Appends the snapshot of <see cref="Sample"/>.</summary>
    /// <param name="destination">Of the scene's schema.</param>
    /// <returns>Its row in <paramref name="destination"/>.</returns>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged.</exception>
    public int AppendSnapshot(SnapshotColumns destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _features.Append(_position - _start, destination);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _features.Dispose();

    private ParquetRows Open(ManifestEntry entry) => _folder.Open(entry, verify: _verified.Add(entry.Path));

    private bool LoadDay()
    {
        _start = _end = _position = 0;
        while (_nextDay < _manifest.Labels.Count)
        {
            ManifestEntry entry = _manifest.Labels[_nextDay++];
            if (_days.EndOf(entry.Day) <= _after + 1 || _days.StartOf(entry.Day) >= _before)
            {
                continue;
            }

            _labels.Clear();
            for (_nextDay--; _nextDay < _manifest.Labels.Count && _manifest.Labels[_nextDay].Day == entry.Day; _nextDay++)
            {
                using ParquetRows file = Open(_manifest.Labels[_nextDay]);
                _labels.Load(file, _after, _before, _filter);
            }

            _labels.Sort();
            Newest = Math.Max(Newest, _labels.Newest);
            return true;
        }

        _labels.Clear();
        return false;
    }

    /// <summary>Makes the samples of one hour the current run, and finds their snapshots.</summary>
    private void FindHour()
    {
        _start = _end;
        DateOnly day = _days.DateOf(_labels.Sample(_start).ShownAt);
        int hour = _days.HourOf(_labels.Sample(_start).ShownAt);
        while (_end < _labels.Count && _days.HourOf(_labels.Sample(_end).ShownAt) == hour)
        {
            _end++;
        }

        _features.Begin(_end - _start);
        for (int i = _start; i < _end; i++)
        {
            _features.Want(_labels.Key(i), i - _start);
        }

        // The files of the hour have them all, but for a repeat that opened an entry of its own (window mode): the nearer, the likelier.
        foreach (ManifestEntry entry in _manifest.Features.OrderBy(entry => Math.Abs((24 * (entry.Day.DayNumber - day.DayNumber)) + entry.Hour - hour)))
        {
            if (_features.HasAll)
            {
                return;
            }

            _features.Search(entry);
        }

        if (!_features.HasAll)
        {
            throw new SampleFileException(
                $"Cutoff {_manifest.Cutoff} of '{_folder.Root}' has a label in the labels of {day:yyyy-MM-dd} for snapshot '{_features.Missing}', and no feature file with it. " +
                "The cutoff cannot be read; join again into an empty folder.");
        }
    }
}
