using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Training.DelayedFeedback;

namespace Freshet.Training;

/// <summary>Lets a model learn labelled samples batch by batch: without the negatives that the scene leaves out, and the base in the order of its shuffle.</summary>
/// <remarks>Buffers are reused: nothing is allocated in steady state. One a thread.</remarks>
public sealed class SampleFeed
{
    private readonly LearnBatch _batch;
    private readonly int _batchSize;
    private readonly NegativeSampling _negatives;
    private readonly WindowShuffle _shuffle;
    private readonly TaughtTasks _taught;
    private readonly RowWeights? _rowWeights;
    private readonly SceneDays _days;
    private int[] _order = [];

    /// <summary>A feed by the training settings of <paramref name="scene"/>.</summary>
    public SampleFeed(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _batchSize = scene.Training.BatchSize;
        _batch = new LearnBatch(scene.SnapshotSchema(), _batchSize);
        _negatives = new NegativeSampling(scene);
        _shuffle = new WindowShuffle(scene);
        _taught = new TaughtTasks(scene.Behaviours.Count);
        _rowWeights = RowWeights.For(scene);
        _days = new SceneDays(scene.TimeZone);
        TakesParts = scene.Training.Restart == Restart.Previous;
    }

    /// <summary>
    /// Whether a batch of an increment that is not full counts as its part of one (<see cref="LearnBatch.FullCount"/>). Default: with
    /// <c>restart: previous</c>, where time cuts the batches.
    /// </summary>
    public bool TakesParts { get; set; }

    /// <summary>[T] share of each task's positives that come after the first row, for the loss that weighs by it; empty: all.</summary>
    public ReadOnlyMemory<double> LateShares { get; set; }

    /// <summary>One step for every batch of <paramref name="samples"/>; the last batch may be smaller.</summary>
    /// <param name="model">Learns; its watermark moves over all samples, also those that are left out.</param>
    /// <param name="features">Snapshots that the samples point at.</param>
    /// <param name="samples">In order of <see cref="LabelledSample.LearnAt"/>.</param>
    /// <param name="phase">In the base samples are shuffled, where the scene says so; in increments they keep their order.</param>
    /// <param name="epoch">Which pass over the samples, from 0: each has an order of its own.</param>
    /// <param name="curve">Takes the loss of every step, or null.</param>
    /// <param name="beforeStep">Called before each step with the model and the newest shown_at of its batch; null: nobody.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>Mean loss of the batches, each before it was learnt, weighted by size; NaN where there is none.</returns>
    public double Learn(
        TrainedModel model, SnapshotColumns features, SampleList samples, LearnPhase phase, int epoch = 0,
        LossCurve? curve = null, Action<TrainedModel, long>? beforeStep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(samples);
        ReadOnlySpan<int> order = Order(samples, phase, epoch);
        double loss = 0;
        int total = order.Length;
        while (!order.IsEmpty)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<int> part = order[..Math.Min(_batchSize, order.Length)];
            order = order[part.Length..];
            double step = Step(model, features, samples, part, phase, beforeStep, isRepeat: epoch > 0);
            curve?.Add(step);
            loss += part.Length * step;
        }

        foreach (ref readonly LabelledSample sample in samples.Samples)
        {
            model.Note(sample.ShownAt, 0, sample.LearnAt);
        }

        return loss / total;
    }

    /// <summary>One step for every batch that is read from sample files.</summary>
    /// <param name="model">Learns; its watermark moves over all samples, also those that are left out.</param>
    /// <param name="batches">Read to their end.</param>
    /// <param name="phase">What the batches were opened for.</param>
    /// <param name="curve">Takes the loss of every step, or null.</param>
    /// <returns>Mean loss of the batches, each before it was learnt, weighted by size; NaN where there is none.</returns>
    /// <exception cref="Freshet.Samples.Files.SampleFileException">A file is missing or damaged; the batches before it are learnt.</exception>
    public static double Learn(TrainedModel model, SampleBatches batches, LearnPhase phase, LossCurve? curve = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        double loss = 0;
        long total = 0;
        while (batches.Next())
        {
            double step = model.Model.Learn(batches.Current, phase);
            curve?.Add(step);
            loss += batches.Current.Count * step;
            total += batches.Current.Count;
            model.Note(batches.Newest, batches.Current.Count, batches.Newest);
        }

        model.Note(batches.Newest, 0, batches.Newest);
        return loss / total;
    }

    /// <summary>Adds the samples that are learnt to the counts of a run.</summary>
    internal void Count(SnapshotColumns features, SampleList samples, RunCounts counts)
    {
        foreach (ref readonly LabelledSample sample in samples.Samples)
        {
            if (_negatives.Keeps(sample))
            {
                counts.Add(features, sample.Row);
            }
        }
    }

    /// <summary>Whether training learns <paramref name="sample"/>.</summary>
    internal bool Keeps(in LabelledSample sample) => _negatives.Keeps(sample);

    /// <summary>One step with the samples at <paramref name="part"/>, whether they are kept or not.</summary>
    /// <returns>The loss before the step.</returns>
    internal double Step(TrainedModel model, SnapshotColumns features, SampleList samples, ReadOnlySpan<int> part, LearnPhase phase,
        Action<TrainedModel, long>? beforeStep = null, bool isRepeat = false)
    {
        long newest = Fill(features, samples, part);
        _batch.Day = _days.DateOf(newest).DayNumber;
        _batch.IsRepeat = isRepeat;
        _batch.FullCount = TakesParts && phase == LearnPhase.Increment ? _batchSize : 0;
        beforeStep?.Invoke(model, samples.Samples[part[^1]].LearnAt);
        _rowWeights?.Weigh(model, _batch, phase, LateShares.Span);
        double loss = model.Model.Learn(_batch, phase);
        model.Note(newest, part.Length, long.MinValue);
        return loss;
    }

    /// <summary>How many of <paramref name="samples"/> are learnt: negatives that the scene leaves out are not.</summary>
    internal int Count(SampleList samples) => Order(samples, LearnPhase.Increment, 0).Length;

    private ReadOnlySpan<int> Order(SampleList samples, LearnPhase phase, int epoch)
    {
        if (_order.Length < samples.Count)
        {
            _order = new int[Math.Max(samples.Count, 2 * _order.Length)];
        }

        int count = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            if (_negatives.Keeps(samples.Samples[i]))
            {
                _order[count++] = i;
            }
        }

        int window = phase == LearnPhase.Base ? _shuffle.Window : 1;
        for (int start = 0; start < count && window > 1; start += window)
        {
            _shuffle.Shuffle(_order.AsSpan(start, Math.Min(window, count - start)), epoch, start / window);
        }

        return _order.AsSpan(0, count);
    }

    private long Fill(SnapshotColumns features, SampleList samples, ReadOnlySpan<int> part)
    {
        _batch.Clear();
        _rowWeights?.Clear();
        long newest = long.MinValue;
        foreach (int i in part)
        {
            ref readonly LabelledSample sample = ref samples.Samples[i];
            ReadOnlySpan<float> weights = _taught.Weigh(sample.Taught, _negatives.Weigh(sample.Labels, samples.Weights(i)));
            _batch.Add(features, sample.Row, sample.Labels, samples.Targets(i), weights);
            _rowWeights?.Add(features, sample);
            newest = Math.Max(newest, sample.ShownAt);
        }

        return newest;
    }
}
