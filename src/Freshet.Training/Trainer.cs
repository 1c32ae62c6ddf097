using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>Trains bases and increments of one scene from attributed samples.</summary>
/// <remarks>Deterministic: the same samples give the same bits. Not thread-safe; several trainers may share a table.</remarks>
public sealed class Trainer
{
    private readonly Scene _scene;
    private readonly SceneDays _days;
    private readonly SampleFeed _feed;
    private readonly SampleList _samples;
    private readonly WorkerTeam _team;
    private readonly bool _looksAhead;

    /// <summary>A trainer by the training settings of <paramref name="scene"/>.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="team">Threads that share the work of a step. Default: those of the process.</param>
    public Trainer(Scene scene, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _team = team ?? WorkerTeam.Shared;
        _scene = scene;
        _days = new SceneDays(scene.TimeZone);
        _looksAhead = scene.Slots.Any(slot => slot.Admission.Rule == AdmissionRule.Poisson);
        _feed = new SampleFeed(scene);
        _samples = new SampleList(scene.SnapshotSchema());
    }

    /// <summary>Takes the loss of every step of a base; null, the default: nobody asks.</summary>
    public LossCurve? BaseLoss { get; set; }

    /// <summary>
    /// Spans that bases and increments do not learn: what the gates refused. What goes on from a model that has passed one learns it as soon as it
    /// is left out no more. Default: none.
    /// </summary>
    public IReadOnlyList<SampleSpan> LeftOut { get; set; } = [];

    /// <summary>
    /// Called before each step of an increment from a table, with the model and the newest <see cref="LabelledSample.LearnAt"/> of what it learns next: who judges a window
    /// before it is learnt does so here. Changes no bit of the training. Default: null, nobody.
    /// </summary>
    public Action<TrainedModel, long>? BeforeStep { get; set; }

    /// <summary>
    /// Trains a base from the samples of the base window before <paramref name="cutoff"/>: from scratch, or, where
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
        TrainedModel model = BeginBase(cutoff, previous, out long after);
        SampleWindow.Select(table, after, cutoff, _samples, LeftOut, model.Skipped);
        _feed.LateShares = table.LateShares;
        try
        {
            long first = model.Model.Samples;
            LookAhead(model, first + _feed.Count(_samples));
            using var counted = RunCount.Begin(model.Model, LearnPhase.Base, counts => _feed.Count(table.Features, _samples, counts));
            for (int epoch = 0; epoch < _scene.Training.BaseEpochs; epoch++)
            {
                _ = _feed.Learn(model, table.Features, _samples, LearnPhase.Base, epoch, BaseLoss, cancellation: cancellation);
            }

            model.Skip(LeftOut, after);
            LookAhead(model, OfIncrements(model, first, cutoff - after));
            Evict(model, LearnPhase.Base);
            return model;
        }
        catch
        {
            model.Model.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="TrainBase(SampleTable, long, TrainedModel?, CancellationToken)"/>, from sample files: the same bits where the samples are the same.</summary>
    /// <param name="folder">Has the cutoff <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="previous">The base before, or null; not changed.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged.</exception>
    /// <exception cref="InvalidOperationException">Spans are left out, or were.</exception>
    public TrainedModel TrainBase(
        SampleFolder folder, long cutoff, TrainedModel? previous, CancellationToken cancellation = default)
    {
        RequireNothingLeftOut(previous);
        TrainedModel model = BeginBase(cutoff, previous, out long after);
        try
        {
            long first = model.Model.Samples;
            if (_looksAhead)
            {
                LookAhead(model, first + CountOf(folder, cutoff, after, cancellation));
            }

            using var counted = RunCount.Begin(model.Model, LearnPhase.Base, counts => Count(folder, cutoff, after, counts, cancellation));
            for (int epoch = 0; epoch < _scene.Training.BaseEpochs; epoch++)
            {
                using var batches = new SampleBatches(folder, _scene, cutoff, after, cutoff, LearnPhase.Base, epoch, cancellation: cancellation);
                _ = SampleFeed.Learn(model, batches, LearnPhase.Base, BaseLoss);
            }

            LookAhead(model, OfIncrements(model, first, cutoff - after));
            Evict(model, LearnPhase.Base);
            return model;
        }
        catch
        {
            model.Model.Dispose();
            throw;
        }
    }

    /// <summary>Lets <paramref name="model"/> learn, as an increment, the samples that are newer than what it has learnt, and those that were left out before and are no more.</summary>
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
        model.Model.Team = _team;
        model.BeginIncrement();
        SampleWindow.Select(table, model.LearntUntil, cutoff, _samples, LeftOut, model.Skipped);
        _feed.LateShares = table.LateShares;
        long before = model.Samples, after = model.LearntUntil;
        using var counted = RunCount.Begin(model.Model, LearnPhase.Increment, counts => _feed.Count(table.Features, _samples, counts));
        _ = _feed.Learn(model, table.Features, _samples, LearnPhase.Increment, beforeStep: BeforeStep, cancellation: cancellation);
        model.Skip(LeftOut, after);
        EndIncrement(model);
        return (int)(model.Samples - before);
    }

    /// <summary>As <see cref="TrainIncrement(TrainedModel, SampleTable, long, CancellationToken)"/>, from sample files.</summary>
    /// <param name="model">A copy of the base, or the last increment; changed.</param>
    /// <param name="folder">Has the cutoff <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>How many samples it learnt.</returns>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged; what was read before it is learnt.</exception>
    /// <exception cref="InvalidOperationException">Spans are left out, or were.</exception>
    public int TrainIncrement(
        TrainedModel model, SampleFolder folder, long cutoff, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireNothingLeftOut(model);
        model.Model.Team = _team;
        model.BeginIncrement();
        long before = model.Samples, after = model.LearntUntil;
        using var counted = RunCount.Begin(model.Model, LearnPhase.Increment, counts => Count(folder, cutoff, after, counts, cancellation));
        using var batches = new SampleBatches(folder, _scene, cutoff, model.LearntUntil, cutoff, LearnPhase.Increment, cancellation: cancellation);
        _ = SampleFeed.Learn(model, batches, LearnPhase.Increment);
        EndIncrement(model);
        return (int)(model.Samples - before);
    }

    // Poisson admission in increments looks ahead to as many samples as a day of the base had.
    private long OfIncrements(TrainedModel model, long first, long window)
    {
        long learnt = model.Model.Samples - first;
        double days = Math.Max(1, window) / (double)Milliseconds.Day;
        return model.Model.Samples + (long)(learnt / (days * _scene.Training.BaseEpochs));
    }

    private void LookAhead(TrainedModel model, long samples) => model.Model.Horizon = _looksAhead ? samples : 0;

    private long CountOf(SampleFolder folder, long cutoff, long after, CancellationToken cancellation)
    {
        long count = 0;
        Read(folder, cutoff, after, batch => count += batch.Count, cancellation);
        return count;
    }

    private void Count(SampleFolder folder, long cutoff, long after, RunCounts counts, CancellationToken cancellation) => Read(
        folder, cutoff, after,
        batch =>
        {
            for (int row = 0; row < batch.Count; row++)
            {
                counts.Add(batch.Features, row);
            }
        },
        cancellation);

    private void RequireNothingLeftOut(TrainedModel? start)
    {
        if (LeftOut.Count > 0 || start?.Skipped.Count > 0)
        {
            throw new InvalidOperationException(
                $"{LeftOut.Count} spans are left out and {start?.Skipped.Count ?? 0} were skipped, and sample files are read whole. Nothing was learnt; train from a table.");
        }
    }

    // Every sample that a run will learn, once.
    private void Read(SampleFolder folder, long cutoff, long after, Action<LearnBatch> take, CancellationToken cancellation)
    {
        using var batches = new SampleBatches(folder, _scene, cutoff, after, cutoff, LearnPhase.Increment, cancellation: cancellation);
        while (batches.Next())
        {
            take(batches.Current);
        }
    }

    // A model that restarts from the base forgets what it admitted anyway.
    private void EndIncrement(TrainedModel model)
    {
        if (_scene.Training.Restart == Restart.Previous)
        {
            Evict(model, LearnPhase.Increment);
        }
    }

    private void Evict(TrainedModel model, LearnPhase phase)
    {
        if (model.Watermark != long.MinValue)
        {
            model.Evict(_days.DateOf(model.Watermark).DayNumber, phase);
        }
    }

    private TrainedModel BeginBase(long cutoff, TrainedModel? previous, out long after)
    {
        after = cutoff - Milliseconds.Of(_scene.Training.BaseWindow) - 1;
        TrainedModel model = new(RankingModel.Create(_scene));
        if (_scene.Training.BaseStart == BaseStart.Previous && previous is not null)
        {
            model.CopyFrom(previous);
            after = previous.LearntUntil;
        }

        model.Model.Team = _team;
        return model;
    }
}
