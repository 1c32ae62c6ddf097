using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>
/// Increments that restart from the base (<c>restart: base</c>), at the cost of what changed: bit for bit what training all of the day's
/// samples from the base would give, replayed only from the last checkpoint before the first sample that changed.
/// </summary>
/// <remarks>
/// <para>What a cutoff learns is said by <see cref="IncrementSamples"/>, in batches counted from the day's first sample on.</para>
/// <para>
/// Checkpoints (<see cref="ModelHistory"/>) lie between batches: close to the end one by one, further back at an eighth of the way to the
/// end, so there are about 8 ln(batches) of them and a replay begins at most an eighth too early. Over the budget the one goes whose neighbours
/// are closest for their distance to the end. Losses whose weights come from the whole table or a second model
/// (<c>es_dfm</c>, <c>importance</c>) keep none: each increment learns the whole day.
/// </para>
/// <para>
/// Slots with <c>count: batch</c>: an id that reaches its threshold changes the day from its first sample on, so the replay begins there.
/// </para>
/// <para>Deterministic. Not thread-safe. Native memory: dispose of it.</para>
/// </remarks>
public sealed class IncrementTrainer : IDisposable
{
    private const int SpacingShare = 8;
    private readonly SampleFeed _feed;
    private readonly IncrementSamples _samples;
    private readonly ModelHistory _history;
    private readonly List<Checkpoint> _checkpoints = [];
    private readonly int _batchSize;
    private readonly long _budget;
    private readonly bool _countsAhead;
    private int[] _places = [];
    private TrainedModel? _base;
    private readonly int _regressions;
    private bool _learnsAll;
    private long _revisions;

    /// <summary>A trainer by the training settings of <paramref name="scene"/>.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="team">Threads that share the work of a step. Default: those of the process.</param>
    public IncrementTrainer(Scene scene, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        Model = new TrainedModel(RankingModel.Create(scene));
        Model.Model.Team = team ?? WorkerTeam.Shared;
        _feed = new SampleFeed(scene);
        _samples = new IncrementSamples(scene, sample => _feed.Keeps(sample));
        _history = new ModelHistory(Model.Model);
        _batchSize = scene.Training.BatchSize;
        _regressions = scene.Regressions.Count;
        _countsAhead = RunCounts.AreNeeded(Model.Model, LearnPhase.Increment);
        bool replays = scene.Training.DelayedLoss is not (DelayedLoss.EsDfm or DelayedLoss.Importance);
        _budget = replays ? (long)scene.Training.CheckpointMebibytes << 20 : 0;
    }

    /// <summary>The last increment; changed by the next one.</summary>
    public TrainedModel Model { get; }

    /// <summary>Samples that the last increment was made of, and those of them that had to be learnt for it.</summary>
    public (int Day, int Learnt) Last { get; private set; }

    /// <summary>Names what <see cref="Model"/> has learnt since its base: 0 is nothing, and two increments with one number are equal.</summary>
    public long Revision { get; private set; }

    /// <summary>Checkpoints along the day.</summary>
    public int Checkpoints => _checkpoints.Count;

    /// <summary>Memory they take.</summary>
    public long CheckpointBytes => _history.Bytes;

    /// <summary>Spans that are not learnt: what the gates refused. Default: none.</summary>
    public IReadOnlyList<SampleSpan> LeftOut { get; set; } = [];

    /// <summary>As <see cref="Trainer.BeforeStep"/>. Default: null, nobody.</summary>
    public Action<TrainedModel, long>? BeforeStep { get; set; }

    /// <summary>Makes <see cref="Model"/> the increment of a cutoff.</summary>
    /// <param name="start">The base; not changed.</param>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">Later than that of the call before, ms since the epoch.</param>
    /// <param name="judgedAfter">Samples shown after this are learnt anew even where nothing changed, so that they are judged before; ms since the epoch.</param>
    /// <param name="cancellation">Ends the training between two steps; the next increment then learns the whole day.</param>
    /// <exception cref="ModelException">A loss or gradient is not finite; the next increment learns the whole day.</exception>
    public void Train(
        TrainedModel start, SampleTable table, long cutoff, long judgedAfter = long.MaxValue, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(table);
        bool isNew = !ReferenceEquals(start, _base);
        if (isNew)
        {
            _samples.Clear();
        }

        int first = _samples.Advance(table, start, cutoff, takesCorrections: isNew, LeftOut);
        if (_countsAhead)
        {
            first = CountAhead(start, table.Features, isNew || _learnsAll, first);
        }

        first = _learnsAll ? 0 : Math.Min(first, SampleWindow.FirstAfter(_samples.Current.Samples, judgedAfter));
        _feed.LateShares = table.LateShares;
        _revisions += isNew || _samples.HasChanged ? 1 : 0;
        Revision = _samples.Current.Count == 0 ? 0 : _revisions;
        Last = (_samples.Current.Count, 0);
        _base = null; // until all is learnt, what the model is belongs to no base
        Restart(start, isNew || _learnsAll, first / _batchSize);
        Learn(table, cancellation);
        (_base, _learnsAll) = (start, false);
    }

    /// <summary>Writes what the last increment was made of, for a checkpoint; its model is not written.</summary>
    /// <param name="writer">Gets the state.</param>
    /// <param name="start">The latest base.</param>
    public void Save(BinaryWriter writer, TrainedModel? start)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_base is not null && ReferenceEquals(_base, start));
        writer.Write(_revisions);
        _samples.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote: the next increment equals that of a trainer that was never stopped, and learns the whole day.</summary>
    /// <param name="reader">Has the state.</param>
    /// <param name="start">The base as it was.</param>
    public void Restore(BinaryReader reader, TrainedModel? start)
    {
        ArgumentNullException.ThrowIfNull(reader);
        bool isOfStart = reader.ReadBoolean();
        _revisions = reader.ReadInt64();
        _samples.Restore(reader, _regressions);
        (_base, _learnsAll) = (isOfStart ? start : null, true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _history.Dispose();
        Model.Model.Dispose();
    }

    /// <summary>Counts what has come and gone from <paramref name="first"/> on.</summary>
    /// <returns>The first place at which there is another sample, or an id that is admitted otherwise than before.</returns>
    private int CountAhead(TrainedModel start, SnapshotColumns features, bool isNew, int first)
    {
        if (isNew)
        {
            Model.Model.RunCounts = new RunCounts(start.Model, LearnPhase.Increment, hasBegun: false);
        }

        RunCounts counts = Model.Model.RunCounts!;
        first = isNew ? 0 : first;
        foreach (ref readonly LabelledSample sample in isNew ? [] : _samples.Before.Samples[first..])
        {
            counts.Remove(features, sample.Row);
        }

        foreach (ref readonly LabelledSample sample in _samples.Current.Samples[first..])
        {
            counts.Add(features, sample.Row);
        }

        bool isChanged = counts.Settle();
        for (int i = 0; isChanged && i < first; i++)
        {
            if (counts.IsChanged(features, _samples.Current.Samples[i].Row))
            {
                return i;
            }
        }

        return first;
    }

    private void Restart(TrainedModel start, bool isNew, int batch)
    {
        if (isNew || _budget == 0)
        {
            _history.Clear();
            _checkpoints.Clear();
            Model.CopyFrom(start);
            Model.BeginIncrement();
            Add(0);
            return;
        }

        int point = _checkpoints.FindLastIndex(checkpoint => checkpoint.Batch <= batch);
        _history.Return(point);
        _checkpoints.RemoveRange(point + 1, _checkpoints.Count - point - 1);
        Model.Return(_checkpoints[point].Watermark, _checkpoints[point].LearntUntil, _checkpoints[point].Samples);
    }

    private void Learn(SampleTable table, CancellationToken cancellation)
    {
        int count = _samples.Current.Count, batches = (count + _batchSize - 1) / _batchSize, begun = _checkpoints[^1].Batch;
        Places(count);
        for (int batch = begun; batch < batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (batch - _checkpoints[^1].Batch >= Spacing(batches - batch))
            {
                Add(batch);
            }

            int at = batch * _batchSize;
            _ = _feed.Step(
                Model, table.Features, _samples.Current, _places.AsSpan(at, Math.Min(_batchSize, count - at)), LearnPhase.Increment, BeforeStep);
        }

        if (count % _batchSize == 0 && batches > _checkpoints[^1].Batch)
        {
            Add(batches); // what comes next goes on from here
        }

        Model.Note(_samples.Watermark, 0, _samples.LearntUntil);
        Last = (count, count - Math.Min(count, begun * _batchSize));
        Thin(batches);
    }

    private static int Spacing(int toTheEnd) => Math.Max(1, toTheEnd / SpacingShare);

    private void Add(int batch)
    {
        if (batch == 0 || _history.Bytes < _budget)
        {
            if (_budget > 0) // else nothing ever returns, and no row need be saved
            {
                _history.Add();
            }

            _checkpoints.Add(new Checkpoint(batch, Model.Watermark, Model.LearntUntil, Model.Samples));
        }
    }

    /// <summary>Removes checkpoints that stand closer than they need to; then, over the budget, those that are missed least.</summary>
    private void Thin(int end)
    {
        for (int point = _checkpoints.Count - 2; point > 0; point--)
        {
            if (_checkpoints[point + 1].Batch - _checkpoints[point - 1].Batch <= Spacing(end - _checkpoints[point + 1].Batch))
            {
                Remove(point);
            }
        }

        while (_checkpoints.Count > 2 && _history.Bytes > _budget)
        {
            int least = 1;
            for (int point = 2; point < _checkpoints.Count - 1; point++)
            {
                least = Worth(point, end) < Worth(least, end) ? point : least;
            }

            Remove(least);
        }
    }

    private double Worth(int point, int end) =>
        (double)(_checkpoints[point + 1].Batch - _checkpoints[point - 1].Batch) / (1 + end - _checkpoints[point].Batch);

    private void Remove(int point)
    {
        _history.Remove(point);
        _checkpoints.RemoveAt(point);
    }

    private void Places(int count)
    {
        int known = _places.Length;
        Core.GrowingArray.Reserve(ref _places, count);
        for (int i = known; i < _places.Length; i++)
        {
            _places[i] = i;
        }
    }

    private readonly record struct Checkpoint(int Batch, long Watermark, long LearntUntil, long Samples);
}
