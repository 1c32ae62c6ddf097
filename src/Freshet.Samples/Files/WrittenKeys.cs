using System.Runtime.InteropServices;

namespace Freshet.Samples.Files;

/// <summary>Which feature vectors the feature files of an hour hold, for the hours that were asked for last.</summary>
/// <param name="open">Opens a feature file.</param>
internal sealed class WrittenKeys(Func<ManifestEntry, ParquetRows> open)
{
    private const int Hours = 3;
    private readonly List<((DateOnly, int) Hour, HashSet<SnapshotKey> Keys)> _hours = [];

    /// <summary>Finds the rows of an hour that no feature file holds, each vector once, and takes them for written.</summary>
    /// <param name="day">Scene day of the rows.</param>
    /// <param name="hour">Their hour.</param>
    /// <param name="rows">The rows, in order.</param>
    /// <param name="source">Names their vectors.</param>
    /// <param name="files">All feature files.</param>
    /// <exception cref="SampleFileException">A feature file of the hour is missing or damaged.</exception>
    public int[] Add(DateOnly day, int hour, List<int> rows, ISampleRows source, List<ManifestEntry> files)
    {
        HashSet<SnapshotKey> keys = KeysOf((day, hour), files);
        int count = 0;
        int[] fresh = new int[rows.Count];
        foreach (int row in CollectionsMarshal.AsSpan(rows))
        {
            if (keys.Add(source.KeyOf(row)))
            {
                fresh[count++] = row;
            }
        }

        return fresh[..count];
    }

    /// <summary>Forgets all: what was added may not have been written.</summary>
    public void Forget() => _hours.Clear();

    private HashSet<SnapshotKey> KeysOf((DateOnly Day, int Hour) hour, List<ManifestEntry> files)
    {
        int place = _hours.FindIndex(entry => entry.Hour == hour);
        HashSet<SnapshotKey> keys = [];
        if (place >= 0)
        {
            keys = _hours[place].Keys;
            _hours.RemoveAt(place);
        }
        else
        {
            foreach (ManifestEntry entry in files.Where(entry => entry.Day == hour.Day && entry.Hour == hour.Hour))
            {
                using ParquetRows file = open(entry);
                keys.UnionWith(SampleLoader.ReadKeys(file));
            }
        }

        _hours.Add((hour, keys));
        if (_hours.Count > Hours)
        {
            _hours.RemoveAt(0);
        }

        return keys;
    }
}
