using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Models;

namespace Freshet.Training;

/// <summary>Lets a model learn labelled samples in order, batch by batch.</summary>
/// <remarks>Buffers are reused: nothing is allocated in steady state. One a thread.</remarks>
public sealed class SampleFeed
{
    private readonly SnapshotColumns _batch;
    private readonly float[] _labels;
    private readonly int _batchSize;
    private readonly int _tasks;

    /// <summary>Feeds batches of <paramref name="batchSize"/> samples.</summary>
    public SampleFeed(SnapshotSchema schema, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _batch = new SnapshotColumns(schema, batchSize);
        _batchSize = batchSize;
        _tasks = schema.Tasks.Count;
        _labels = new float[batchSize * _tasks];
    }

    /// <summary>One step for every batch of <paramref name="samples"/>, in their order; the last batch may be smaller.</summary>
    /// <returns>Mean loss of the batches, each before it was learnt, weighted by size; NaN where there is none.</returns>
    public double Learn(
        TrainedModel model, SnapshotColumns features, ReadOnlySpan<LabelledSample> samples, LearnPhase phase,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(features);
        double loss = 0;
        int total = samples.Length;
        while (!samples.IsEmpty)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<LabelledSample> part = samples[..Math.Min(_batchSize, samples.Length)];
            samples = samples[part.Length..];
            Fill(features, part);
            loss += part.Length * model.Model.Learn(_batch, _labels.AsSpan(0, part.Length * _tasks), [], phase);
            model.Note(part[^1].ShownAt, part.Length);
        }

        return loss / total;
    }

    private void Fill(SnapshotColumns features, ReadOnlySpan<LabelledSample> samples)
    {
        _batch.Clear();
        for (int i = 0; i < samples.Length; i++)
        {
            _ = _batch.AppendRow(features, samples[i].Row);
            for (int task = 0; task < _tasks; task++)
            {
                _labels[(i * _tasks) + task] = samples[i].Has(task) ? 1 : 0;
            }
        }
    }
}
