using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>The samples of a day's label files that a reader wants, in order of shown_at. Filled again and again.</summary>
internal sealed class LabelDay(Scene scene)
{
    private readonly int _regressions = scene.Regressions.Count;
    private readonly float?[][] _readTargets = [.. scene.Regressions.Select(_ => Array.Empty<float?>())];
    private ulong[] _high = [];
    private ulong[] _low = [];
    private ulong[] _impression = [];
    private long[] _shownAt = [];
    private long[] _attributedAt = [];
    private int[] _repeats = [];
    private int[] _label = [];
    private uint[] _labels = [];
    private LabelledSample[] _samples = [];
    private SnapshotKey[] _keys = [];
    private float[] _targets = [];
    private int[] _order = [];

    public int Count { get; private set; }

    /// <summary>Newest shown_at of all samples in the span asked for, also of those that the filter left out; long.MinValue where there is none.</summary>
    public long Newest { get; private set; }

    public ref readonly LabelledSample Sample(int i) => ref _samples[_order[i]];

    public ref readonly SnapshotKey Key(int i) => ref _keys[_order[i]];

    public ReadOnlySpan<float> Targets(int i) => _targets.AsSpan(_order[i] * _regressions, _regressions);

    /// <summary>Removes all samples.</summary>
    public void Clear()
    {
        Count = 0;
        Newest = long.MinValue;
    }

    /// <summary>
    /// Adds the samples of a file with <paramref name="after"/> &lt; shown_at &lt; <paramref name="before"/> that pass the filter; at last
    /// <see cref="Sort"/>.
    /// </summary>
    public void Load(ParquetRows file, long after, long before, SampleFilter? filter)
    {
        for (int group = 0; group < file.GroupCount; group++)
        {
            int rows = file.CountOf(group);
            Read(file, group, rows);
            for (int row = 0; row < rows; row++)
            {
                if (_shownAt[row] > after && _shownAt[row] < before)
                {
                    Newest = Math.Max(Newest, _shownAt[row]);
                    Add(row, filter);
                }
            }
        }
    }

    private void Add(int row, SampleFilter? filter)
    {
        var sample = new LabelledSample(_shownAt[row], -1, _repeats[row], _labels[row], _low[row]);
        if (filter is not null && !filter(sample))
        {
            return;
        }

        if (Count == _samples.Length)
        {
            int capacity = Math.Max(1024, 2 * Count);
            Array.Resize(ref _samples, capacity);
            Array.Resize(ref _keys, capacity);
            Array.Resize(ref _targets, capacity * _regressions);
            Array.Resize(ref _order, capacity);
        }

        _samples[Count] = sample;
        _keys[Count] = new SnapshotKey(new IdentityKey(_high[row], _low[row]), _impression[row]);
        for (int i = 0; i < _regressions; i++)
        {
            _targets[(Count * _regressions) + i] = _readTargets[i][row] ?? float.NaN;
        }

        Count++;
    }

    private void Read(ParquetRows file, int group, int rows)
    {
        if (_high.Length < rows)
        {
            MakeRoom(rows);
        }

        file.Read(group, "identity_high", _high.AsMemory(0, rows));
        file.Read(group, "identity_low", _low.AsMemory(0, rows));
        file.Read(group, "impression_key", _impression.AsMemory(0, rows));
        file.Read(group, "shown_at", _shownAt.AsMemory(0, rows));
        file.Read(group, "attributed_at", _attributedAt.AsMemory(0, rows));
        file.Read(group, "repeats", _repeats.AsMemory(0, rows));
        _labels.AsSpan(0, rows).Clear();
        for (int i = 0; i < scene.Behaviours.Count; i++)
        {
            file.Read(group, $"label_{scene.Behaviours[i].Name}", _label.AsMemory(0, rows), required: false);
            for (int row = 0; row < rows; row++)
            {
                _labels[row] |= (uint)_label[row] << i;
            }
        }

        for (int i = 0; i < _regressions; i++)
        {
            file.ReadOptional(group, $"target_{scene.Regressions[i].Name}", _readTargets[i].AsMemory(0, rows));
        }
    }

    private void MakeRoom(int rows)
    {
        _high = new ulong[rows];
        _low = new ulong[rows];
        _impression = new ulong[rows];
        _shownAt = new long[rows];
        _attributedAt = new long[rows];
        _repeats = new int[rows];
        _label = new int[rows];
        _labels = new uint[rows];
        for (int i = 0; i < _regressions; i++)
        {
            _readTargets[i] = new float?[rows];
        }
    }

    /// <summary>Brings the samples into the order of shown_at.</summary>
    public void Sort()
    {
        bool inOrder = true;
        for (int i = 0; i < Count; i++)
        {
            _order[i] = i;
            inOrder &= i == 0 || _samples[i - 1].ShownAt <= _samples[i].ShownAt;
        }

        if (!inOrder)
        {
            _order.AsSpan(0, Count).Sort(new ByTime(_samples)); // samples of `window` mode leave out of order
        }
    }

    private readonly struct ByTime(LabelledSample[] samples) : IComparer<int>
    {
        public int Compare(int x, int y) =>
            samples[x].ShownAt != samples[y].ShownAt ? samples[x].ShownAt.CompareTo(samples[y].ShownAt) : x.CompareTo(y);
    }
}
