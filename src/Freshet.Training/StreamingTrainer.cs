using Freshet.Core.Samples;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>
/// Streaming: a model that goes on from itself with each mini-batch as it is attributed, and begins anew from each base (docs/training.md).
/// </summary>
/// <remarks>
/// <para>
/// A moment learns what is newly old enough, in order of <see cref="LabelledSample.LearnAt"/>, in batches of at most <c>training.batch</c>; what is left over
/// is a batch of its own and waits for nothing. Each sample is learnt at most once between two bases, with the labels it has then.
/// </para>
/// <para>
/// <see cref="Keep"/> makes what the model is now the point to which <see cref="Undo"/> returns (<see cref="ModelHistory"/>). The second model of
/// <c>es_dfm</c> is not undone. Deterministic. Not thread-safe. Native memory: dispose of it.
/// </para>
/// </remarks>
public sealed class StreamingTrainer : IDisposable
{
    private readonly SampleFeed _feed;
    private readonly SampleList _samples;
    private readonly ModelHistory _history;
    private (long Watermark, long LearntUntil, long Samples) _kept;
    private TrainedModel? _start;
    private long _seenUntil = long.MinValue;

    /// <summary>A trainer by the training settings of <paramref name="scene"/>, whose model has learnt nothing.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="team">Threads that share the work of a step. Default: those of the process.</param>
    public StreamingTrainer(Scene scene, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        Model = new TrainedModel(RankingModel.Create(scene));
        Model.Model.Team = team ?? WorkerTeam.Shared;
        _feed = new SampleFeed(scene) { TakesParts = true };
        _samples = new SampleList(scene.SnapshotSchema());
        _history = new ModelHistory(Model.Model);
        Keep();
    }

    /// <summary>What it has learnt so far; changed by what comes next.</summary>
    public TrainedModel Model { get; }

    /// <summary>Spans that are not learnt: what the gates refused. Default: none.</summary>
    public IReadOnlyList<SampleSpan> LeftOut { get; set; } = [];

    /// <summary>As <see cref="Trainer.BeforeStep"/>. Default: null, nobody.</summary>
    public Action<TrainedModel, long>? BeforeStep { get; set; }

    /// <summary>Whether the model goes back to <paramref name="start"/>.</summary>
    public bool ComesFrom(TrainedModel start) => ReferenceEquals(_start, start);

    /// <summary>Begins anew from a base, or goes on from what was saved.</summary>
    /// <param name="start">Not changed.</param>
    /// <param name="isBase">Whether it is a base: an increment begins.</param>
    public void Restart(TrainedModel start, bool isBase = true)
    {
        ArgumentNullException.ThrowIfNull(start);
        _history.Clear();
        Model.CopyFrom(start);
        if (isBase)
        {
            Model.BeginIncrement();
        }

        _start = start;
        _seenUntil = start.LearntUntil;
        Keep();
    }

    /// <summary>Learns what is newer than all it was given before.</summary>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">Not earlier than that of the call before, ms since the epoch.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>How many samples it learnt.</returns>
    /// <exception cref="ModelException">A loss or gradient is not finite; the steps before it are learnt. <see cref="Undo"/> takes them back.</exception>
    public int Learn(SampleTable table, long cutoff, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        SampleWindow.Select(table, Model.LearntUntil, cutoff, _samples, LeftOut);
        if (_samples.Count == 0)
        {
            return 0;
        }

        _seenUntil = _samples.Samples[^1].LearnAt;
        _feed.LateShares = table.LateShares;
        long before = Model.Samples;
        using var counted = RunCount.Begin(Model.Model, LearnPhase.Increment, counts => _feed.Count(table.Features, _samples, counts));
        _ = _feed.Learn(Model, table.Features, _samples, LearnPhase.Increment, beforeStep: BeforeStep, cancellation: cancellation);
        return (int)(Model.Samples - before);
    }

    /// <summary>What the model has that it had not at the last <see cref="Keep"/>, as far as ranking reads it.</summary>
    public ModelChanges Changes() => new(Model.Model);

    /// <summary>What the model is now stands: changes count from here on.</summary>
    public void Keep()
    {
        Model.Model.ClearChanges();
        _history.Clear();
        _history.Add();
        _kept = (Model.Watermark, Model.LearntUntil, Model.Samples);
    }

    /// <summary>The model becomes what it was at the last <see cref="Keep"/>. What it was given since is passed: it is learnt by the next base.</summary>
    public void Undo()
    {
        _history.Return(0);
        Model.Return(_kept.Watermark, Math.Max(_kept.LearntUntil, _seenUntil), _kept.Samples);
    }

    /// <summary>Writes what was learnt, for a checkpoint; nothing may be learnt since the last <see cref="Keep"/> or <see cref="Undo"/>.</summary>
    /// <param name="writer">Gets the state.</param>
    /// <param name="start">The latest base; its model is not written.</param>
    public void Save(BinaryWriter writer, TrainedModel? start)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_start is not null);
        if (_start is not null)
        {
            writer.Write(ReferenceEquals(_start, start));
            writer.Write(_seenUntil);
            Model.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Has the state.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="start">The base as it was.</param>
    public void Restore(BinaryReader reader, Scene scene, TrainedModel? start)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (!reader.ReadBoolean())
        {
            return;
        }

        bool isOfStart = reader.ReadBoolean();
        long seenUntil = reader.ReadInt64();
        TrainedModel saved = TrainedModel.Restore(reader, scene);
        Restart(saved, isBase: false);
        (_start, _seenUntil) = (isOfStart ? start : saved, seenUntil);
        saved.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _history.Dispose();
        Model.Model.Dispose();
    }
}
