using Freshet.Core;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;

namespace Freshet.Models;

/// <summary>The samples of one step of learning: features, labels, targets and weights, row by row.</summary>
/// <remarks><see cref="Clear"/> keeps the buffers: a batch that is filled again allocates nothing in steady state. Not thread-safe.</remarks>
public sealed class LearnBatch
{
    private readonly int _tasks;
    private readonly int _regressions;
    private readonly LossWeights _weights;
    private float[] _labels;
    private float[] _targets;

    /// <summary>An empty batch of <paramref name="schema"/>, with room for <paramref name="capacity"/> samples before it grows.</summary>
    public LearnBatch(SnapshotSchema schema, int capacity = 16)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Features = new SnapshotColumns(schema, capacity);
        _tasks = schema.Tasks.Count;
        _regressions = schema.Targets.Count;
        _weights = new LossWeights(_tasks);
        _labels = new float[capacity * _tasks];
        _targets = new float[capacity * _regressions];
    }

    /// <summary>Snapshots of the samples: <see cref="Count"/> rows, one more while a sample is being added.</summary>
    public SnapshotColumns Features { get; }

    /// <summary>How many samples there are.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Number of the scene's day (<see cref="DateOnly.DayNumber"/>) of the newest sample: when rows were last seen. Default: 0, and rows seem to be seen before all days.
    /// </summary>
    public int Day { get; set; }

    /// <summary>Whether its samples were learnt before in the same run: ids are not sighted again, and nothing occurs a second time. Default: false.</summary>
    public bool IsRepeat { get; set; }

    /// <summary>
    /// Samples of a full batch, of which this one is only a part: dense weights take Count ÷ that of a step, and rows whose gradients are averaged
    /// average over so many. Default: 0, the batch is a whole one, whatever its size.
    /// </summary>
    public int FullCount { get; set; }

    /// <summary>[Count × T] labels, 0 or 1.</summary>
    public Span<float> Labels => _labels.AsSpan(0, Count * _tasks);

    /// <summary>[Count × R] targets of regressions, not scaled; NaN = none.</summary>
    public Span<float> Targets => _targets.AsSpan(0, Count * _regressions);

    /// <summary>[Count × T] weights of the losses; empty where all are 1.</summary>
    public Span<float> Weights => _weights.All;

    /// <summary>[Count × T] weights of the losses, to be changed; 1 each where there were none.</summary>
    public Span<float> UseWeights() => _weights.Use();

    /// <summary>Removes all samples; buffers stay.</summary>
    public void Clear()
    {
        Features.Clear();
        (Count, Day, FullCount, IsRepeat) = (0, 0, 0, false);
        _weights.Clear();
    }

    /// <summary>Adds a sample whose snapshot is row <paramref name="row"/> of <paramref name="source"/>, which has the same schema.</summary>
    /// <param name="source">Snapshots; copied from.</param>
    /// <param name="row">Row of the sample's snapshot.</param>
    /// <param name="labels">Bit t is the label of task t.</param>
    /// <param name="targets">[R], NaN = none.</param>
    /// <param name="weights">[T] weights of its losses; empty: 1 each.</param>
    /// <exception cref="ArgumentException">A span has another length; nothing is added.</exception>
    public void Add(SnapshotColumns source, int row, uint labels, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(source);
        RequireLengths(targets, weights);
        _ = Features.AppendRow(source, row);
        Add(labels, targets, weights);
    }

    /// <summary>Adds a sample whose snapshot was appended to <see cref="Features"/> just before.</summary>
    /// <param name="labels">Bit t is the label of task t.</param>
    /// <param name="targets">[R], NaN = none.</param>
    /// <param name="weights">[T] weights of its losses; empty: 1 each.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="InvalidOperationException">No snapshot was appended, or more than one.</exception>
    public void Add(uint labels, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        RequireLengths(targets, weights);
        if (Features.Count != Count + 1)
        {
            throw new InvalidOperationException(
                $"The batch has {Count} samples and {Features.Count} snapshots. Append one snapshot, then add its sample.");
        }

        GrowingArray.Reserve(ref _labels, (Count + 1) * _tasks);
        GrowingArray.Reserve(ref _targets, (Count + 1) * _regressions);
        Span<float> row = _labels.AsSpan(Count * _tasks, _tasks);
        for (int task = 0; task < row.Length; task++)
        {
            row[task] = labels >> task & 1;
        }

        targets.CopyTo(_targets.AsSpan(Count * _regressions));
        _weights.Add(weights);
        Count++;
    }

    private void RequireLengths(ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        if (targets.Length != _regressions || !_weights.Fit(weights))
        {
            throw new ArgumentException(
                $"A sample has {targets.Length} targets and {weights.Length} weights; this batch is of {_regressions} targets and {_tasks} weights (or none).");
        }
    }
}
