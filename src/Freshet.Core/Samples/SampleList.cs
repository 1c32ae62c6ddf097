using Freshet.Core.Snapshots;

namespace Freshet.Core.Samples;

/// <summary>Labelled samples as columns: what belongs to sample i stands at i of every column. A column of T or R has so many values a sample.</summary>
/// <remarks><see cref="Clear"/> keeps the buffers: a list that is filled again allocates nothing in steady state. Not thread-safe.</remarks>
public sealed class SampleList
{
    private readonly int _tasks;
    private readonly int _regressions;
    private readonly LossWeights _weights;
    private LabelledSample[] _samples = [];
    private float[] _targets = [];
    private int[] _order = [];
    private LabelledSample[] _movedSamples = [];
    private float[] _movedNumbers = [];

    /// <summary>An empty list for samples of <paramref name="schema"/>.</summary>
    public SampleList(SnapshotSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _tasks = schema.Tasks.Count;
        _regressions = schema.Targets.Count;
        _weights = new LossWeights(_tasks);
    }

    /// <summary>How many samples there are.</summary>
    public int Count { get; private set; }

    /// <summary>[Count] samples; good until the list changes.</summary>
    public ReadOnlySpan<LabelledSample> Samples => _samples.AsSpan(0, Count);

    /// <summary>[R] targets of a sample; NaN where it has none.</summary>
    public ReadOnlySpan<float> Targets(int sample) => _targets.AsSpan(sample * _regressions, _regressions);

    /// <summary>[T] weights of a sample's losses; empty, for every sample, where all are 1.</summary>
    public ReadOnlySpan<float> Weights(int sample) => _weights.Of(sample);

    /// <summary>Appends a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="targets">[R], NaN = none.</param>
    /// <param name="weights">[T] weights of its losses; empty: 1 each.</param>
    /// <exception cref="ArgumentException">A span has another length; nothing is appended.</exception>
    public void Add(in LabelledSample sample, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default)
    {
        if (targets.Length != _regressions || !_weights.Fit(weights))
        {
            throw new ArgumentException(
                $"A sample has {targets.Length} targets and {weights.Length} weights; this list is of {_regressions} targets and {_tasks} weights (or none).");
        }

        GrowingArray.Reserve(ref _samples, Count + 1);
        GrowingArray.Reserve(ref _targets, (Count + 1) * _regressions);
        _weights.Add(weights);
        _samples[Count] = sample;
        targets.CopyTo(_targets.AsSpan(Count * _regressions));
        Count++;
    }

    /// <summary>Removes all samples; buffers stay.</summary>
    public void Clear()
    {
        Count = 0;
        _weights.Clear();
    }

    /// <summary>Orders by (shown_at, row); equal ones stay as they are.</summary>
    public void Sort()
    {
        if (_order.Length < Count)
        {
            _order = new int[_samples.Length];
        }

        Span<int> order = _order.AsSpan(0, Count);
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        order.Sort(new ByTime(_samples));
        Move(ref _samples, ref _movedSamples, order, 1);
        Move(ref _targets, ref _movedNumbers, order, _regressions);
        if (_weights.Any)
        {
            Move(ref _weights.Buffer, ref _movedNumbers, order, _tasks);
        }
    }

    /// <summary>Brings a column into <paramref name="order"/>; column and <paramref name="scratch"/> change places.</summary>
    private static void Move<T>(ref T[] column, ref T[] scratch, ReadOnlySpan<int> order, int width)
    {
        if (scratch.Length < column.Length)
        {
            scratch = new T[column.Length];
        }

        for (int i = 0; i < order.Length; i++)
        {
            column.AsSpan(order[i] * width, width).CopyTo(scratch.AsSpan(i * width));
        }

        (column, scratch) = (scratch, column);
    }

    private readonly struct ByTime(LabelledSample[] samples) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            ref readonly LabelledSample left = ref samples[x], right = ref samples[y];
            int byTime = left.ShownAt != right.ShownAt ? left.ShownAt.CompareTo(right.ShownAt) : left.Row.CompareTo(right.Row);
            return byTime != 0 ? byTime : x.CompareTo(y);
        }
    }
}
