using Freshet.Core.Events;
using Freshet.Core.Snapshots;

namespace Freshet.Samples.Files;

/// <summary>Finds the snapshots of a run of samples in the feature files of a cutoff, and decodes row groups when they are needed.</summary>
/// <remarks>
/// First only the keys are read, of the files of the samples' hour. A row group is decoded at its first snapshot and let go
/// after its last, so that one or two of them are in memory where snapshots were written in order of time.
/// </remarks>
internal sealed class FeatureFinder(SnapshotSchema schema, Func<ManifestEntry, ParquetRows> open) : IDisposable
{
    private readonly Dictionary<SnapshotKey, int> _wanted = [];
    private readonly List<FeatureGroup> _groups = [];
    private readonly List<ParquetRows> _files = [];
    private readonly Stack<SnapshotBlock> _free = new();
    private int[] _groupOf = [];
    private int[] _rowOf = [];
    private ulong[] _high = [];
    private ulong[] _low = [];
    private ulong[] _impression = [];

    /// <summary>Begins a run of samples; what the run before had open is closed.</summary>
    /// <param name="count">Samples of the run.</param>
    public void Begin(int count)
    {
        Close();
        if (_groupOf.Length < count)
        {
            _groupOf = new int[Math.Max(count, 2 * _groupOf.Length)];
            _rowOf = new int[_groupOf.Length];
        }
    }

    /// <summary>Says that sample <paramref name="sample"/> of the run has the snapshot <paramref name="key"/>.</summary>
    public void Want(in SnapshotKey key, int sample)
    {
        // Several samples of one snapshot (window mode): each later one points at the one before.
        _rowOf[sample] = _wanted.TryGetValue(key, out int former) ? former : -1;
        _groupOf[sample] = -1;
        _wanted[key] = sample;
    }

    /// <summary>Row groups that were in memory at one time, at most.</summary>
    public int BlockCount { get; private set; }

    /// <summary>Whether every snapshot that is wanted has been found.</summary>
    public bool HasAll => _wanted.Count == 0;

    /// <summary>A snapshot that is wanted and was not found: its key as hexadecimal digits.</summary>
    public string Missing
    {
        get
        {
            SnapshotKey key = _wanted.Keys.First();
            return $"{key.Identity.High:x16}{key.Identity.Low:x16}{key.Impression:x16}";
        }
    }

    /// <summary>Looks for what is wanted in one file.</summary>
    public void Search(ManifestEntry entry)
    {
        ParquetRows file = open(entry);
        _files.Add(file);
        int groups = _groups.Count;
        for (int group = 0; group < file.GroupCount && _wanted.Count > 0; group++)
        {
            Search(file, group);
        }

        if (_groups.Count == groups)
        {
            _files.Remove(file);
            file.Dispose();
        }
    }

    /// <summary>Appends the snapshot of sample <paramref name="sample"/> of the run.</summary>
    /// <returns>Its row in <paramref name="destination"/>.</returns>
    public int Append(int sample, SnapshotColumns destination)
    {
        FeatureGroup group = _groups[_groupOf[sample]];
        if (group.Block is null)
        {
            if (!_free.TryPop(out SnapshotBlock? block))
            {
                block = new SnapshotBlock(schema);
                BlockCount++;
            }

            group.Load(block);
        }

        return group.Block!.AppendTo(destination, _rowOf[sample]);
    }

    /// <summary>Says that sample <paramref name="sample"/> is not asked for again.</summary>
    public void Pass(int sample)
    {
        FeatureGroup group = _groups[_groupOf[sample]];
        if (--group.Wanted == 0 && group.Release() is { } block)
        {
            _free.Push(block);
        }
    }

    public void Dispose() => Close();

    private void Search(ParquetRows file, int group)
    {
        int rows = file.CountOf(group);
        if (_high.Length < rows)
        {
            _high = new ulong[rows];
            _low = new ulong[rows];
            _impression = new ulong[rows];
        }

        file.Read(group, "identity_high", _high.AsMemory(0, rows));
        file.Read(group, "identity_low", _low.AsMemory(0, rows));
        file.Read(group, "impression_key", _impression.AsMemory(0, rows));
        FeatureGroup? found = null;
        for (int row = 0; row < rows; row++)
        {
            if (_wanted.Remove(new SnapshotKey(new IdentityKey(_high[row], _low[row]), _impression[row]), out int sample))
            {
                if (found is null)
                {
                    found = new FeatureGroup(file, group);
                    _groups.Add(found);
                }

                while (sample >= 0)
                {
                    int former = _rowOf[sample];
                    (_groupOf[sample], _rowOf[sample]) = (_groups.Count - 1, row);
                    found.Wanted++;
                    sample = former;
                }
            }
        }
    }

    private void Close()
    {
        foreach (FeatureGroup group in _groups)
        {
            if (group.Release() is { } block)
            {
                _free.Push(block);
            }
        }

        _files.ForEach(file => file.Dispose());
        _files.Clear();
        _groups.Clear();
        _wanted.Clear();
    }
}
