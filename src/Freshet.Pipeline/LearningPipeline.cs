using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Pipeline.Checkpoints;
using Freshet.Pipeline.Intake;
using Freshet.Pipeline.Retention;
using Freshet.Pipeline.Schedule;
using Freshet.Pipeline.Tracks;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Pipeline;

/// <summary>
/// The coordinator of the loop: given what has arrived and the time, what is due. A state machine without input, output, thread or clock: a
/// driver gives it events and times, and does the work that it names.
/// </summary>
/// <remarks>
/// For each event in order of arrival: <see cref="TryNext"/> until nothing is due before it, then <see cref="Take"/>. Deterministic: the same
/// calls give the same models, bit for bit. Not thread-safe.
/// </remarks>
public sealed class LearningPipeline : ICheckpointStage, IDisposable
{
    private readonly PipelineOptions _options;
    private readonly Scene _scene;
    private readonly SceneDays _days;
    private readonly TickSchedule _schedule;
    private readonly IReadOnlyList<IPipelineObserver> _observers;
    private readonly ServedVectors _served;
    private readonly EventIntake _intake;
    private readonly SampleTableState _table;
    private readonly SampleRetention _retention;
    private long _nextTick = long.MinValue;
    private byte[] _restored = [];

    /// <summary>A pipeline that has seen nothing yet.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="options">Tracks and times.</param>
    /// <param name="stores">Gives the store for the versions of a track.</param>
    /// <param name="time">Measures what training costs; event time comes from the events.</param>
    /// <param name="observers">Told of everything.</param>
    public LearningPipeline(
        Scene scene, PipelineOptions options, Func<TrackPlan, IModelStore> stores, TimeProvider time, params IReadOnlyList<IPipelineObserver> observers)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(observers);
        (_scene, _options, _observers) = (scene, options, observers);
        _days = new SceneDays(scene.TimeZone);
        _schedule = new TickSchedule(scene, options.Tracks);
        Features = new FeatureStage(scene);
        Samples = new SampleTable(scene, options.KeepImpressions);
        _table = new SampleTableState(Samples);
        Joiner = new Joiner(scene);
        bool keepsAll = options.KeepImpressions || observers.Any(observer => observer.NeedsAllDays);
        _retention = new SampleRetention(scene, Samples, Joiner, keepsAll);
        _served = new ServedVectors(scene.Limits.Served, () => RetentionMetrics.ServedEvicted(scene));
        _intake = new EventIntake(Joiner, new ServedFeatures(Features, Samples, _served, observers), observers);
        Tracks = new TrackSet(scene, options, _schedule, stores, time, observers);
        foreach (IPipelineObserver observer in observers)
        {
            observer.OnAttached(this);
        }
    }

    /// <summary>The scene.</summary>
    public Scene Scene => _scene;

    /// <summary>What is known at this moment.</summary>
    public FeatureStage Features { get; }

    /// <summary>The join, in the scene's mode.</summary>
    public Joiner Joiner { get; }

    /// <summary>What training reads; all feature vectors lie here.</summary>
    public SampleTable Samples { get; }

    /// <summary>What is kept fresh.</summary>
    public TrackSet Tracks { get; }

    /// <summary>Time of the pipeline, ms since the epoch; <see cref="long.MinValue"/> before the first event.</summary>
    public long Now { get; private set; } = long.MinValue;

    /// <summary>Events taken in.</summary>
    public long EventCount => _intake.EventCount;

    /// <summary>Days of <see cref="Samples"/> that have left since the start of the job, because no training can need them.</summary>
    public long DaysRemoved => _retention.Removed;

    /// <summary>Outcomes of the vectors handed over by <see cref="Serve"/>.</summary>
    public ServedCounts Served => _served.Counts;

    /// <summary>Takes the next event in order of arrival; what is due before it was done.</summary>
    public JoinOutcome Take(BehaviourEvent arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        return _intake.Take(arrived);
    }

    /// <summary>
    /// The time to which <paramref name="arrived"/> moves the pipeline: that of the join's clock once it is taken. <see cref="Now"/> where it
    /// moves nothing, and until the clock has begun.
    /// </summary>
    public long TimeAfter(BehaviourEvent arrived) => Joiner.TimeOf(arrived) is { HasBegun: true } time ? Math.Max(Now, time.Now) : Now;

    /// <summary>The next piece of work that is due before <paramref name="now"/>; to be done before the next call.</summary>
    /// <param name="now">ms since the epoch; what is due at this very moment waits for the events of the moment, but versions go live.</param>
    /// <param name="work">The work.</param>
    /// <returns>False where nothing is due.</returns>
    public bool TryNext(long now, out PipelineWork work)
    {
        if (_nextTick == long.MinValue)
        {
            Start(now);
        }

        Now = Math.Max(Now, now);
        long swapAt = Tracks.NextSwapAt;
        if (swapAt <= now && swapAt <= _nextTick)
        {
            work = new PipelineWork(WorkKind.Swap, swapAt);
            return true;
        }

        while (_nextTick < now)
        {
            long tick = _nextTick;
            _nextTick = _schedule.After(tick);
            if (Tracks.IsDue(tick))
            {
                work = new PipelineWork(WorkKind.Tick, tick);
                return true;
            }

            if (swapAt <= now && swapAt <= _nextTick)
            {
                work = new PipelineWork(WorkKind.Swap, swapAt);
                return true;
            }
        }

        work = default;
        return false;
    }

    /// <summary>Attributes the samples at the cutoff of a tick: what its training reads.</summary>
    public void Cut(PipelineWork tick)
    {
        Joiner.Cut(tick.At, Samples);
        _retention.Apply(tick.At, Tracks.NeededFrom(tick.At));
        RetentionMetrics.Served(_scene, _served.Counts.Waiting);
        DateOnly? ended = Tracks.IsBaseDue(tick.At) ? _days.DateOf(tick.At).AddDays(-1) : null;
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnCut(tick.At, ended);
        }
    }

    /// <summary>Makes the versions live whose time has come.</summary>
    public void Swap(PipelineWork swap)
    {
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnSwapping(swap.At);
        }

        Tracks.Swap(swap.At);
    }

    /// <summary>Says that row <paramref name="row"/> of <see cref="Samples"/> is the vector that was scored for an impression to come.</summary>
    /// <remarks>
    /// More than <see cref="LimitOptions.Served"/> do not wait: the one that was served first is forgotten, and its impression gets the
    /// vector of the moment at which it comes.
    /// </remarks>
    public void Serve(IdentityKey identity, int row) => _served.Add(identity, row);

    /// <summary>Ends the stream: every sample gets its final labels.</summary>
    public void Finish()
    {
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnSwapping(long.MaxValue);
        }

        Joiner.CutAll(Samples);
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnFinished();
        }
    }

    /// <summary>Whether a checkpoint can be made now; otherwise a stream waits for its next moment.</summary>
    public bool IsSettled => Tracks.IsSettled;

    /// <inheritdoc/>
    public Action<CheckpointWriter> Freeze(bool everything)
    {
        byte[] whole = Bytes(writer =>
        {
            writer.Write(Now);
            writer.Write(_nextTick);
            writer.Write(EventCount);
            _retention.Save(writer);
            _served.Save(writer);
            Tracks.Save(writer);
            writer.Flush();
            Features.Save(writer.BaseStream);
        });
        byte[] changed = Bytes(writer =>
        {
            Tracks.SaveBase(writer, everything);
            _table.Save(writer, everything);
            foreach (IPipelineObserver observer in _observers)
            {
                observer.Save(writer, everything);
            }
        });
        JoinFreeze join = Joiner.Freeze(everything);
        return writer =>
        {
            writer.WriteBlob(whole);
            writer.WriteBlob(changed);
            join.WriteTo(writer);
        };
    }

    /// <inheritdoc/>
    public void Restore(CheckpointReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _restored = reader.ReadBlob();
        using (var changed = new BinaryReader(new MemoryStream(reader.ReadBlob())))
        {
            Tracks.RestoreBase(changed);
            _table.Restore(changed);
            foreach (IPipelineObserver observer in _observers)
            {
                observer.Restore(changed);
            }
        }

        Joiner.Restore(reader);
    }

    /// <inheritdoc/>
    public void EndRestore()
    {
        Joiner.EndRestore();
        using var whole = new BinaryReader(new MemoryStream(_restored));
        Now = whole.ReadInt64();
        _nextTick = whole.ReadInt64();
        _intake.EventCount = whole.ReadInt64();
        _retention.Restore(whole);
        _served.Restore(whole);
        Tracks.Restore(whole);
        Features.Restore(whole.BaseStream);
        _restored = [];
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnRestored();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Tracks.Dispose();

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            write(writer);
        }

        return bytes.ToArray();
    }

    private void Start(long now)
    {
        DateOnly baseUntil = _options.BaseUntil ?? _days.DateOf(now);
        long firstBase = _days.EndOf(baseUntil) + (long)_scene.Training.BaseAt.TotalMilliseconds;
        _nextTick = _schedule.FirstFrom(Math.Max(now, firstBase));
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnStarted(baseUntil);
        }
    }
}
