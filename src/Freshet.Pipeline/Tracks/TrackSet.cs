using Freshet.Core.Ports;
using Freshet.Core.Time;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Pipeline.Retention;
using Freshet.Pipeline.Schedule;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;
using Freshet.Training.Gates;

namespace Freshet.Pipeline.Tracks;

/// <summary>The tracks of a pipeline and what they share: the base, the training that several of them wait for, and the quarantine.</summary>
/// <remarks>Deterministic. Not thread-safe.</remarks>
public sealed class TrackSet : IDisposable
{
    private readonly Scene _scene;
    private readonly TickSchedule _schedule;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<IPipelineObserver> _observers;
    private readonly ModelTrack[] _tracks;
    private readonly Trainer _trainer;
    private readonly IncrementTrainer _increments;
    private readonly Quarantine _quarantine;
    private readonly long _publishDelay;
    private TrainedModel? _base;
    private int _bases;
    private long _baseAt;
    private SampleTable _samples = null!;
    private CancellationToken _cancellation;
    private int _savedBases;

    internal TrackSet(
        Scene scene, PipelineOptions options, TickSchedule schedule, Func<TrackPlan, IModelStore> stores, TimeProvider time,
        IReadOnlyList<IPipelineObserver> observers)
    {
        (_scene, _schedule, _time, _observers) = (scene, schedule, time, observers);
        _publishDelay = (long)options.PublishDelay.TotalMilliseconds;
        _quarantine = new Quarantine(scene.Limits.Quarantine, () => RetentionMetrics.QuarantineEvicted(scene));
        _trainer = new Trainer(scene);
        _increments = new IncrementTrainer(scene);
        _tracks = [.. options.Tracks.Select(plan => new ModelTrack(plan, scene, stores(plan), options.PublishDelay, observers, options.CountsRows))];
    }

    /// <summary>The tracks, in the order of their plans.</summary>
    public IReadOnlyList<ModelTrack> All => _tracks;

    /// <summary>How the loss fell while the first base was learnt.</summary>
    public LossCurve FirstBaseLoss { get; } = new();

    /// <summary>Versions published, all tracks together.</summary>
    public int Publishes => _tracks.Sum(track => track.Publishes);

    /// <summary>Spans in quarantine: training leaves them out.</summary>
    public IReadOnlyList<SampleSpan> LeftOut => _quarantine.Spans;

    /// <summary>Spans that have left the quarantine at its limit since the start of the job; training may learn them.</summary>
    public long LeftOutEvicted => _quarantine.Evicted;

    /// <summary>Leaves a window out of training until the gates of its track release it, or the quarantine is over its limit.</summary>
    internal void LeaveOut(ModelTrack track, SampleSpan window) => _quarantine.Add(track, window);

    /// <summary>When the next version goes live, ms since the epoch; <see cref="long.MaxValue"/> where none is coming.</summary>
    public long NextSwapAt => _tracks.Min(track => track.NextSwapAt);

    /// <summary>Whether a base is trained at <paramref name="tick"/>.</summary>
    public bool IsBaseDue(long tick) => _schedule.IsBaseTime(tick);

    /// <summary>Whether anything is trained at <paramref name="tick"/>.</summary>
    public bool IsDue(long tick) =>
        IsBaseDue(tick) || Array.Exists(_tracks, track => IsDue(track, tick)) || StreamsAreDue(tick);

    /// <summary>
    /// No training or verdict at <paramref name="cutoff"/> or later reads a sample whose place in the order of training is earlier, ms
    /// since the epoch.
    /// </summary>
    internal long NeededFrom(long cutoff)
    {
        // Gates read whole windows of a base window, the last of which ends before the newest one: a day long at most, and as old as
        // samples are.
        long from = cutoff - Milliseconds.Of(_scene.Training.BaseWindow) - Milliseconds.Day - _tracks.Max(track => track.Gates.Wait) - 1;
        foreach (SampleSpan span in _quarantine.Spans)
        {
            from = Math.Min(from, span.After);
        }

        // Only arms that follow bases go on from one; where there is none, the first is still to come.
        return _base is not null && Array.Exists(_tracks, track => track.Plan.FollowsBases) ? Math.Min(from, _base.NeedsAfter) : from;
    }

    /// <summary>Makes the versions live whose time is <paramref name="at"/>.</summary>
    public void Swap(long at)
    {
        foreach (ModelTrack track in _tracks)
        {
            if (track.NextSwapAt == at)
            {
                track.Swap();
            }
        }
    }

    /// <summary>Trains, judges and publishes what is due at a cutoff.</summary>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="samples">Attributed at the cutoff.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public void Train(long cutoff, SampleTable samples, CancellationToken cancellation = default)
    {
        (_samples, _cancellation) = (samples, cancellation);
        bool baseDue = IsBaseDue(cutoff), streams = StreamsAreDue(cutoff);
        ModelTrack[] due = Due(cutoff, isFull: false), full = Due(cutoff, isFull: true);
        if (baseDue || due.Length > 0 || full.Length > 0 || _schedule.IsDue(cutoff, StreamGates.Length(_scene)))
        {
            _quarantine.Review(samples, cutoff, (long)_scene.Training.BaseWindow.TotalMilliseconds);
        }

        _trainer.LeftOut = _quarantine.Spans;
        GateMetrics.Quarantined(_scene, _quarantine.Spans.Count);
        bool isFirst = _base is null;
        if (baseDue)
        {
            TrainBase(cutoff);
        }

        if (!isFirst && full.Length > 0)
        {
            TrainFull(full, cutoff);
        }

        if (_base is null || (due.Length == 0 && !streams))
        {
            return;
        }

        var ofBase = TimeSpan.FromMilliseconds(cutoff - _baseAt);
        GateMetrics.BaseAge(_scene, ofBase);
        GateResult age = GateJudge.BaseAge(ofBase, _scene.Training.BaseMaxAge);
        if (age.Verdict == GateVerdict.Refused)
        {
            // A stream would be refused every few seconds: it is said once in its window.
            foreach (ModelTrack track in _tracks.Where(
                track => due.Contains(track) || (track.Stream is not null && _schedule.IsDue(cutoff, StreamGates.Length(_scene)))))
            {
                track.Publish(null, VersionKind.Increment, cutoff, cutoff, new GateReport([age]), default);
            }

            return;
        }

        Train(due, cutoff, age);
        foreach (ModelTrack track in _tracks)
        {
            if (streams && track.Stream is { } stream)
            {
                TrainStream(track, stream, cutoff);
            }
        }
    }

    /// <summary>Whether everything can be saved now; otherwise a stream waits for its next moment.</summary>
    internal bool IsSettled => Array.TrueForAll(_tracks, track => track.IsSettled);

    /// <summary>As <see cref="ModelTrack.BeginVersions"/>, for all tracks.</summary>
    internal void BeginVersions() => Array.ForEach(_tracks, track => track.BeginVersions());

    /// <summary>As <see cref="ModelTrack.ReleaseVersions"/>, for all tracks.</summary>
    internal void ReleaseVersions() => Array.ForEach(_tracks, track => track.ReleaseVersions());

    /// <summary>Writes the base for a checkpoint, if it is another than in the one before.</summary>
    /// <param name="writer">Gets the state.</param>
    /// <param name="everything">Whether it is written in any case.</param>
    internal void SaveBase(BinaryWriter writer, bool everything)
    {
        writer.Write(_bases);
        writer.Write(_baseAt);
        bool isWritten = _base is not null && (everything || _savedBases != _bases);
        writer.Write(isWritten);
        if (isWritten)
        {
            _base!.Save(writer);
        }

        _savedBases = _bases;
        FirstBaseLoss.Save(writer);
    }

    /// <summary>Reads what <see cref="SaveBase"/> wrote over what there is.</summary>
    internal void RestoreBase(BinaryReader reader)
    {
        (_bases, _baseAt) = (reader.ReadInt32(), reader.ReadInt64());
        if (reader.ReadBoolean())
        {
            _base?.Dispose();
            _base = TrainedModel.Restore(reader, _scene);
        }

        _savedBases = _bases;
        FirstBaseLoss.Restore(reader);
    }

    /// <summary>Writes the tracks for a checkpoint, whole.</summary>
    internal void Save(BinaryWriter writer)
    {
        _increments.Save(writer, _base);
        _quarantine.Save(writer, _tracks);
        foreach (ModelTrack track in _tracks)
        {
            track.Save(writer, _base);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, after the base.</summary>
    internal void Restore(BinaryReader reader)
    {
        _increments.Restore(reader, _base);
        _quarantine.Restore(reader, _tracks);
        foreach (ModelTrack track in _tracks)
        {
            track.Restore(reader, _base);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _increments.Dispose();
        _base?.Model.Dispose();
        foreach (ModelTrack track in _tracks)
        {
            track.Dispose();
        }
    }

    private bool StreamsAreDue(long tick) =>
        _schedule.IsDue(tick, _scene.Sync.Every) && Array.Exists(_tracks, track => track.Stream is { } stream && stream.IsDue(tick));

    private bool IsDue(ModelTrack track, long tick) => track.Plan.Every is { } every && _schedule.IsDue(tick, every);

    private ModelTrack[] Due(long cutoff, bool isFull) => [.. _tracks.Where(track => track.Plan.IsFull == isFull && IsDue(track, cutoff))];

    private void Train(ModelTrack[] due, long cutoff, GateResult age)
    {
        if (due.Length > 0 && _scene.Training.Restart == Restart.Base)
        {
            TrainFromBase(due, cutoff, age);
            return;
        }

        foreach (ModelTrack track in due)
        {
            TrainFromPrevious(track, cutoff, age);
        }
    }

    private void TrainBase(long cutoff)
    {
        bool first = _base is null;
        ModelTrack[] takers = [.. _tracks.Where(track => first || track.Plan.FollowsBases)];
        if (takers.Length == 0)
        {
            return;
        }

        long start = _time.GetTimestamp();
        long before = _scene.Training.BaseStart == BaseStart.Previous ? _base?.Samples ?? 0 : 0;
        _trainer.BaseLoss = first ? FirstBaseLoss : null;
        TrainedModel? trained = null;
        GateReport gates;
        try
        {
            trained = _trainer.TrainBase(_samples, cutoff, _base, _cancellation);
            gates = takers[0].Gates.Base(trained.Model, trained.Samples - before, _samples, cutoff, _trainer.LeftOut, first);
        }
        catch (ModelException e)
        {
            gates = VersionGates.Failed(e);
        }

        TimeSpan elapsed = _time.GetElapsedTime(start);
        foreach (ModelTrack track in takers)
        {
            Note(track, VersionKind.Base, cutoff, trained is null ? 0 : trained.Samples - before, elapsed);
            // The first base is there when the judged days begin; later ones take their time.
            if (first || track.Plan.Every is null || gates.IsRefused)
            {
                track.Publish(trained, VersionKind.Base, cutoff, first ? cutoff : cutoff + _publishDelay, gates, new ModelContent(_bases + 1, 0));
            }
        }

        // What increments restart from is a base that passed: the old one stays where the new one did not.
        (TrainedModel? retired, _base) = gates.IsRefused ? (trained, _base) : (_base, trained);
        (_bases, _baseAt) = gates.IsRefused ? (_bases, _baseAt) : (_bases + 1, cutoff);
        retired?.Model.Dispose();
    }

    /// <summary>All due tracks learn the base's window from scratch: one training serves them all.</summary>
    private void TrainFull(ModelTrack[] due, long cutoff)
    {
        long start = _time.GetTimestamp();
        _trainer.BaseLoss = null;
        TrainedModel? trained = null;
        GateReport gates = Unless(() => trained = _trainer.TrainBase(_samples, cutoff, null, _cancellation))
            ?? due[0].Gates.Base(trained!.Model, trained.Samples, _samples, cutoff, _trainer.LeftOut, isFirst: false);
        TimeSpan elapsed = _time.GetElapsedTime(start);
        foreach (ModelTrack track in due)
        {
            Note(track, VersionKind.Base, cutoff, trained?.Samples ?? 0, elapsed);
            track.Publish(trained, VersionKind.Base, cutoff, cutoff + _publishDelay, gates, new ModelContent(track.Publishes + 1, 0));
        }

        trained?.Model.Dispose();
    }

    /// <summary>All due tracks restart from the same base with the same samples: one training serves them all.</summary>
    private void TrainFromBase(ModelTrack[] due, long cutoff, GateResult age)
    {
        long start = _time.GetTimestamp();
        _increments.LeftOut = _trainer.LeftOut;
        _increments.BeforeStep = BeginGates(due, cutoff);
        GateReport? failed = Unless(() => _increments.Train(_base!, _samples, cutoff, due.Min(track => track.Gates.Window.After), _cancellation));
        TimeSpan elapsed = _time.GetElapsedTime(start);
        foreach (ModelTrack track in due)
        {
            Note(track, VersionKind.Increment, cutoff, _increments.Last.Learnt, elapsed);
            _ = PublishIncrement(track, _increments.Model, cutoff, failed ?? track.Gates.End(_increments.Model.Model, age), _increments.Revision);
        }
    }

    private void TrainFromPrevious(ModelTrack track, long cutoff, GateResult age)
    {
        long start = _time.GetTimestamp();
        track.NextInChain ??= new TrainedModel(RankingModel.Create(_scene));
        track.NextInChain.CopyFrom(ReferenceEquals(track.ChainBase, _base) ? track.Chain! : _base!);
        long before = track.NextInChain.Samples;
        _trainer.BeforeStep = BeginGates([track], cutoff);
        GateReport? failed = Unless(() => _trainer.TrainIncrement(track.NextInChain, _samples, cutoff, _cancellation));
        Note(track, VersionKind.Increment, cutoff, track.NextInChain.Samples - before, _time.GetElapsedTime(start));
        if (PublishIncrement(
            track, track.NextInChain, cutoff, failed ?? track.Gates.End(track.NextInChain.Model, age), track.NextInChain.Samples - _base!.Samples))
        {
            (track.Chain, track.NextInChain) = (track.NextInChain, track.Chain);
            track.ChainBase = _base;
        }
    }

    private void TrainStream(ModelTrack track, GatedStreaming stream, long cutoff)
    {
        long start = _time.GetTimestamp();
        StreamMoment? moment = stream.Learn(_base!, _samples, cutoff, track.Live.Current?.Model, _quarantine.Spans, _cancellation);
        Note(track, VersionKind.Increment, cutoff, moment?.Learnt ?? 0, _time.GetElapsedTime(start));
        if (moment is null)
        {
            return;
        }

        if (moment.Blamed is { } window)
        {
            LeaveOut(track, window);
        }

        track.Publish(moment, cutoff, cutoff + _publishDelay);
    }

    private void Note(ModelTrack track, VersionKind kind, long cutoff, long samples, TimeSpan elapsed)
    {
        track.SamplesLearnt += samples;
        track.TrainingTime += elapsed;
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnTrained(track, kind, cutoff, samples);
        }
    }

    /// <summary>Lets the gates of <paramref name="due"/> see the newest window before it is learnt.</summary>
    private Action<TrainedModel, long> BeginGates(ModelTrack[] due, long cutoff)
    {
        foreach (ModelTrack track in due)
        {
            track.Gates.Begin(_samples, cutoff, track.Live.Current?.Model, _trainer.LeftOut);
        }

        return (candidate, newest) =>
        {
            foreach (ModelTrack track in due)
            {
                track.Gates.BeforeStep(candidate, newest);
            }
        };
    }

    /// <summary>Trains; a model that cannot be trained is refused, and nothing ends.</summary>
    private static GateReport? Unless(Action train)
    {
        try
        {
            train();
            return null;
        }
        catch (ModelException e)
        {
            return VersionGates.Failed(e);
        }
    }

    private bool PublishIncrement(ModelTrack track, TrainedModel model, long cutoff, GateReport gates, long learnt)
    {
        if (gates.BlamesWindow)
        {
            LeaveOut(track, track.Gates.Window);
        }

        track.Publish(model, VersionKind.Increment, cutoff, cutoff + _publishDelay, gates, new ModelContent(_bases, learnt));
        return !gates.IsRefused;
    }
}
