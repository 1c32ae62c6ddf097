using System.Diagnostics.CodeAnalysis;
using System.Text;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Pipeline.Checkpoints;
using Freshet.Pipeline.Intake;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;

namespace Freshet.Pipeline.Joining;

/// <summary>
/// A join that may be killed at any moment: events from an input, cutoffs into sample files, checkpoints beside them. Started again it
/// continues from the last checkpoint, and the files end as if nothing had happened.
/// </summary>
/// <remarks>
/// Input position, state and output move together: a checkpoint holds all three. Files may be ahead of it after a kill; the cutoffs joined again
/// are the same to the last bit, and are left as they are. Once the last cutoff is written the checkpoints are removed. Deterministic; no console.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Run disposes of the vectors; before it nothing is open.")]
public sealed class JoinRun
{
    private const int EventsPerLook = 1 << 14;
    private const int EventsPerClockLook = 1 << 6;
    private static readonly TimeSpan s_fullEvery = TimeSpan.FromMinutes(10);
    private readonly Scene _scene;
    private readonly JoinRunOptions _options;
    private readonly SampleOutput _output;
    private readonly CheckpointChain _checkpoints;
    private readonly VectorFile _vectors;
    private readonly SampleTable _table;
    private PositionStage? _input;
    private readonly BehaviourEvent _event = new();
    private readonly SceneDays _days;
    private readonly CutoffPosition _position;
    private long _nextCutoff = long.MinValue;
    private long _passedAt = long.MaxValue;
    private long _malformedBefore = -1;
    private long _checkpointAt;
    private long _baseAt;
    private bool _wantsCheckpoint;

    /// <summary>A run that has not begun.</summary>
    /// <param name="scene">The scene; its mode is the join's.</param>
    /// <param name="options">Settings of the run; the same ones whenever it is started again.</param>
    /// <param name="folder">Gets the sample files, in a folder named by the scene.</param>
    /// <param name="checkpoints">Gets the checkpoints; of this run alone.</param>
    /// <param name="warn">Told when a checkpoint cannot be used and an older one is; null for nobody.</param>
    /// <exception cref="SampleFileException">The folder cannot be read, or has a later cutoff.</exception>
    public JoinRun(Scene scene, JoinRunOptions options, string folder, ICheckpointStore checkpoints, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(checkpoints);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Every ?? TimeSpan.MaxValue, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CheckpointEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MemoryBudget);
        _scene = scene;
        _days = new SceneDays(scene.TimeZone);
        _options = options;
        _output = new SampleOutput(folder, scene, options.Cutoff);
        _checkpoints = new CheckpointChain(checkpoints, JoinStage.FingerprintOf(scene), warn);
        Joiner = new Joiner(scene);
        _position = new CutoffPosition(Joiner, options.Cutoff);
        _vectors = new VectorFile(Path.Combine(folder, scene.Name, "vectors"), scene);
        _table = new SampleTable(scene, _vectors);
    }

    /// <summary>What became of all events that count since the start of the job, restarts included.</summary>
    public JoinCounters Counters => Joiner.Counters;

    /// <summary>Events read since the start of the job.</summary>
    public long EventCount => _input?.Count ?? 0;

    /// <summary>Events after which the run went on from a checkpoint; 0 where it began at the start.</summary>
    public long ResumedAfter { get; private set; }

    /// <summary>Events that arrived after the cutoff. They are in no counter.</summary>
    public long AfterCutoff { get; private set; }

    /// <summary>Whether the events read now arrived after the cutoff: malformed lines beside them do not count either.</summary>
    public bool IsPastCutoff => EventCount >= _passedAt;

    /// <summary>The last cutoff, ms since the epoch: the one asked for, or without one the watermark at the end. Null before the end, and where no event came.</summary>
    public long? LastCutoff { get; private set; }

    /// <summary>Whether the last cutoff was written; false where the folder had it.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Its checkpoints.</summary>
    public CheckpointChain Checkpoints => _checkpoints;

    /// <summary>The sample files.</summary>
    public SampleFolder Samples => _output.Folder;

    private Joiner Joiner { get; }

    /// <summary>Reads <paramref name="source"/> to its end and writes the samples.</summary>
    /// <param name="source">Events in order of arrival, from the first one, also when the run is started again; not disposed.</param>
    /// <param name="progress">Told now and then how many events were read, and the time of the newest; null for nobody.</param>
    /// <param name="cancellation">Ends the run behind a checkpoint, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CheckpointException">Checkpoints cannot be used or written, or memory is over its budget.</exception>
    /// <exception cref="SampleFileException">The samples cannot be written; no cutoff is half there.</exception>
    public void Run(IEventSource source, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using VectorFile vectors = _vectors;
        var stage = new FeatureStage(_scene);
        using var features = new FeatureThread(stage, vectors);
        _input = new PositionStage(source, Job(), cancellation);
        ICheckpointStage[] stages = [new JoinStage(Joiner), new TableStage(_table, _scene.Attribution.Mode != AttributionMode.Cumulative), features, new HeadStage(this), _input];
        if (_checkpoints.TryRestore(stages))
        {
            ResumedAfter = EventCount;
        }
        else
        {
            vectors.Clear();
        }

        _checkpointAt = _baseAt = _options.Time.GetTimestamp();
        var intake = new EventIntake(Joiner, features);
        using var metrics = new JoinMetrics(_scene, Joiner);
        using var featureMetrics = new FeatureMetrics(_scene, stage);
        using var fileMetrics = new SampleFileMetrics(_scene, _output.Folder, vectors);
        using var checkpointMetrics = new CheckpointMetrics(_scene, _checkpoints);
        while (true)
        {
            if (cancellation.IsCancellationRequested)
            {
                Stop(stages, cancellation);
            }

            if (!source.TryRead(_event))
            {
                break;
            }

            _input.Add(_event);
            Take(source, intake, features);
            if (EventCount % EventsPerLook == 0)
            {
                progress?.Invoke(EventCount, _event.At);
                ThrowIfOverBudget();
                Joiner.MoveLeft(_table); // little by little: a checkpoint is not to wait for it
            }

            if ((_wantsCheckpoint || IsCheckpointDue()) && !_checkpoints.IsWriting)
            {
                Checkpoint(stages);
            }
        }

        Finish(source, features);
    }

    private void Take(IEventSource source, EventIntake intake, FeatureThread features)
    {
        if (!_position.Admits(_event))
        {
            AfterCutoff++;
            if (_passedAt == long.MaxValue)
            {
                _passedAt = EventCount;
                _malformedBefore = source.Malformed;
            }

            return;
        }

        CutBefore(_event, features);
        _ = intake.Take(_event);
    }

    private void CutBefore(BehaviourEvent e, FeatureThread features)
    {
        if (_options.Every is not { } interval || Joiner.TimeOf(e) is not { HasBegun: true } time)
        {
            return;
        }

        long arrived = SceneDays.Covers(e.ReceivedAt) ? e.ReceivedAt : time.Now;
        long every = Milliseconds.Of(interval);
        if (_nextCutoff == long.MinValue)
        {
            _nextCutoff = (arrived / every * every) + every;
        }
        else if (Joiner.ArrivedAfter(e, _nextCutoff))
        {
            // Of the multiples between which nothing arrived, the last.
            long cutoff = Math.Max(_nextCutoff, (arrived - 1) / every * every);
            Joiner.Cut(cutoff, _table);
            _ = Commit(cutoff, features);
            _nextCutoff = cutoff + every;
            _wantsCheckpoint = true;
        }
    }

    private void Finish(IEventSource source, FeatureThread features)
    {
        Counters.AddMalformed(_malformedBefore >= 0 ? _malformedBefore : source.Malformed);
        _checkpoints.Wait();
        Joiner.End();
        if (_options.Drains)
        {
            Joiner.LetLeave();
        }

        // From the state alone: the files may have this cutoff already, of a run that was killed.
        long afterLast = _nextCutoff == long.MinValue ? long.MinValue : _nextCutoff - Milliseconds.Of(_options.Every!.Value) + 1;
        long last = _options.Cutoff ?? Math.Max(Joiner.Watermark, afterLast);
        if (last != long.MinValue)
        {
            LastCutoff = last;
            _output.Check(last);
            if (_options.Cutoff is { } cutoff)
            {
                Joiner.Cut(cutoff, _table);
                HasWritten = Commit(last, features);
            }
            else
            {
                features.Drain();
                HasWritten = _output.TryWrite(last, _table, WriteAll);
            }
        }

        _checkpoints.Clear();
        _vectors.Clear();
    }

    private bool Commit(long cutoff, FeatureThread features)
    {
        features.Drain();
        bool isNew = _output.TryWrite(cutoff, _table);
        if (_scene.Attribution.Mode == AttributionMode.Cumulative)
        {
            while (_table.Days is [DateOnly day, ..] && Joiner.IsOver(day))
            {
                _table.RemoveDaysBefore(day.AddDays(1)); // sample files hold it as it will stay
            }

            _vectors.Forget(shownAt => Joiner.IsOver(_days.DateOf(shownAt)));
        }
        else
        {
            _vectors.Forget(_ => false); // a page that is looked at again makes samples of an old vector, for any time
        }

        return isNew;
    }

    /// <summary>Attributes and writes every day of the state, one after the other in cumulative mode: they are not in memory together.</summary>
    private void WriteAll(Action<DateOnly> write)
    {
        if (_scene.Attribution.Mode == AttributionMode.Cumulative)
        {
            _table.HandOut(write);
            Joiner.CutAll(_table);
            _table.HandOut(null);
            return;
        }

        Joiner.CutAll(_table);
        foreach (DateOnly date in _table.Days)
        {
            write(date);
        }
    }

    private bool IsCheckpointDue() => EventCount % EventsPerClockLook == 0 &&
        _options.Time.GetElapsedTime(_checkpointAt) >= _options.CheckpointEvery;

    private void Stop(ICheckpointStage[] stages, CancellationToken cancellation)
    {
        _checkpoints.Wait();
        Checkpoint(stages);
        _checkpoints.Wait();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Checkpoint(ICheckpointStage[] stages)
    {
        Joiner.MoveLeft(_table);
        bool everything = _options.Time.GetElapsedTime(_baseAt) >= s_fullEvery;
        _checkpoints.Begin(stages, everything);
        _checkpointAt = _options.Time.GetTimestamp();
        _baseAt = everything ? _checkpointAt : _baseAt;
        _wantsCheckpoint = false;
    }

    private byte[] SaveHead()
    {
        using var head = new MemoryStream();
        using (var writer = new BinaryWriter(head, Encoding.UTF8, leaveOpen: true))
        {
            _position.Save(writer);
            writer.Write(_nextCutoff);
            writer.Write(_passedAt);
            writer.Write(_malformedBefore);
            writer.Write(AfterCutoff);
        }

        return head.ToArray();
    }

    private void RestoreHead(byte[] head)
    {
        using var reader = new BinaryReader(new MemoryStream(head), Encoding.UTF8);
        _position.Restore(reader);
        _nextCutoff = reader.ReadInt64();
        _passedAt = reader.ReadInt64();
        _malformedBefore = reader.ReadInt64();
        AfterCutoff = reader.ReadInt64();
    }

    private string Job() => FormattableString.Invariant(
        $"cutoff {_options.Cutoff?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, a cutoff every {_options.Every?.ToString() ?? "end"}, {(_options.Drains ? "drained" : "not drained")}");

    private void ThrowIfOverBudget()
    {
        if (Environment.WorkingSet is var size && size > _options.MemoryBudget)
        {
            _checkpoints.Wait();
            throw new CheckpointException(
                $"The join needs {size >> 20} MiB of memory after {EventCount} events ({Joiner.StateIdentities} identities, state {Joiner.StateBytes >> 20} MiB) and may " +
                $"have {_options.MemoryBudget >> 20} MiB. It stopped before memory ran out; its last checkpoint is whole. Raise the budget, lower 'retain_days', or " +
                "split the users over several processes, and start it again.");
        }
    }

    /// <summary>Position of the output, whole in every checkpoint.</summary>
    private sealed class HeadStage(JoinRun run) : ICheckpointStage
    {
        private byte[] _head = [];

        public Action<CheckpointWriter> Freeze(bool everything)
        {
            byte[] head = run.SaveHead();
            return writer => writer.WriteBlob(head);
        }

        public void Restore(CheckpointReader reader) => _head = reader.ReadBlob();

        public void EndRestore() => run.RestoreHead(_head);
    }
}
