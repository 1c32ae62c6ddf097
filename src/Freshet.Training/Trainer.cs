using Freshet.Core.Samples;
using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Samples;

namespace Freshet.Training;

/// <summary>Trains bases and increments of one scene from attributed samples.</summary>
/// <remarks>Deterministic: the same samples give the same bits. Not thread-safe; several trainers may share a table.</remarks>
public sealed class Trainer
{
    private readonly Scene _scene;
    private readonly SampleFeed _feed;
    private readonly List<LabelledSample> _samples = [];

    /// <summary>A trainer by the training settings of <paramref name="scene"/>.</summary>
    public Trainer(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _scene = scene;
        _feed = new SampleFeed(new SnapshotSchema(scene), scene.Training.BatchSize);
    }

    /// <summary>
    /// Trains a base from the samples shown in the base window before <paramref name="cutoff"/>: from scratch, or, where
    /// <c>base.start</c> is <c>previous</c> and there is one, from <paramref name="previous"/> with what is new since.
    /// </summary>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="previous">The base before, or null; not changed.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    public TrainedModel TrainBase(
        SampleTable table, long cutoff, TrainedModel? previous, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        long after = cutoff - (long)_scene.Training.BaseWindow.TotalMilliseconds - 1;
        TrainedModel model = new(RankingModel.Create(_scene));
        if (_scene.Training.BaseStart == BaseStart.Previous && previous is not null)
        {
            model.CopyFrom(previous);
            after = previous.Watermark;
        }

        SampleWindow.Select(table, after, cutoff, _samples);
        for (int epoch = 0; epoch < _scene.Training.BaseEpochs; epoch++)
        {
            _ = _feed.Learn(model, table.Features, Selected, LearnPhase.Base, cancellation);
        }

        return model;
    }

    /// <summary>Lets <paramref name="model"/> learn, as an increment, the samples that are newer than what it has learnt.</summary>
    /// <param name="model">A copy of the base (<c>restart: base</c>), or the last increment (<c>restart: previous</c>); changed.</param>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>How many samples it learnt.</returns>
    public int TrainIncrement(
        TrainedModel model, SampleTable table, long cutoff, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        SampleWindow.Select(table, model.Watermark, cutoff, _samples);
        _ = _feed.Learn(model, table.Features, Selected, LearnPhase.Increment, cancellation);
        return _samples.Count;
    }

    private ReadOnlySpan<LabelledSample> Selected => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_samples);
}
