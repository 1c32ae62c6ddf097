using System.Diagnostics;
using System.Text;
using Freshet.Core.Events;
using Freshet.Samples.Checkpoints;
using Freshet.Samples.Files;
using Freshet.Samples.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Running;

/// <summary>
/// A join that may be killed at any moment: events from an input, cutoffs into sample files, checkpoints beside them. Started again it goes on from the
/// last checkpoint, and the files end as if nothing had happened.
/// </summary>
/// <remarks>
/// Input position, state and output move together: a checkpoint holds all three. Files may be ahead of it after a kill; the cutoffs joined again are
/// the same to the last bit, and are left as they are. Once the last cutoff is written the checkpoints are removed. Deterministic; no console.
/// </remarks>
public sealed class JoinRun
{
    private const int EventsPerLook = 1 << 14;
    private readonly Scene _scene;
    private readonly JoinRunOptions _options;
    private readonly SampleOutput _output;
    private readonly CheckpointFolder _checkpoints;
    private readonly IJoinFeatures _features;
    private readonly SampleJournal _journal; // snapshots; written by their thread
    private readonly SampleJournal _sampleJournal;
    private readonly SampleTable _table;
    private readonly InputPosition _input = new();
    private readonly BehaviourEvent _event = new();
    private Joiner _joiner;
    private int _rows;
    private CutoffPosition _position;
    private long _nextCutoff = long.MinValue;
    private long _passedAt = long.MaxValue;
    private long _malformedBefore = -1;
    private long _checkpointAt;
    private bool _wantsCheckpoint;

    /// <summary>A run that has not begun.</summary>
    /// <param name="scene">The scene; its mode is the join's.</param>
    /// <param name="options">Settings of the run; the same ones whenever it is started again.</param>
    /// <param name="folder">Gets the sample files, in a folder named by the scene.</param>
    /// <param name="checkpoints">Gets the checkpoints; of this run alone.</param>
    /// <param name="features">Takes the snapshots; new, or as good as new.</param>
    /// <exception cref="SampleFileException">The folder cannot be read, or has a later cutoff.</exception>
    public JoinRun(Scene scene, JoinRunOptions options, string folder, CheckpointFolder checkpoints, IJoinFeatures features)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Every ?? TimeSpan.MaxValue, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CheckpointEvery);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MemoryBudget);
        _scene = scene;
        _options = options;
        _output = new SampleOutput(folder, scene, options.Cutoff);
        _checkpoints = checkpoints;
        _features = features;
        _joiner = new Joiner(scene);
        _position = new CutoffPosition(_joiner, options.Cutoff);
        _table = new SampleTable(scene, keepImpressions: true);
        _journal = new SampleJournal(scene);
        _sampleJournal = new SampleJournal(scene);
    }

    /// <summary>What became of all events that count since the start of the job, restarts included.</summary>
    public JoinCounters Counters => _joiner.Counters;

    /// <summary>Events read since the start of the job.</summary>
    public long EventCount => _input.Count;

    /// <summary>Events after which the run went on from a checkpoint; 0 where it began at the start.</summary>
    public long ResumedAfter { get; private set; }

    /// <summary>Events that arrived after the cutoff. They are in no counter.</summary>
    public long AfterCutoff { get; private set; }

    /// <summary>Events without <c>received_at</c> that were more than <c>max_skew</c> ahead of the watermark.</summary>
    public long FarAhead { get; private set; }

    /// <summary>Whether the events read now arrived after the cutoff: malformed lines beside them do not count either.</summary>
    public bool IsPastCutoff => _input.Count >= _passedAt;

    /// <summary>The last cutoff, ms since the epoch: the one asked for, or without one the watermark at the end. Null before the end, and where no event came.</summary>
    public long? LastCutoff { get; private set; }

    /// <summary>Whether the last cutoff was written; false where the folder had it.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Its checkpoints.</summary>
    public CheckpointFolder Checkpoints => _checkpoints;

    /// <summary>The sample files.</summary>
    public SampleFolder Samples => _output.Folder;

    /// <summary>Reads <paramref name="source"/> to its end and writes the samples.</summary>
    /// <param name="source">Events in order of arrival, from the first one, also when the run is started again; not disposed.</param>
    /// <param name="progress">Told now and then how many events were read, and the time of the newest; null for nobody.</param>
    /// <param name="cancellation">Ends the run behind a checkpoint, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CheckpointException">Checkpoints cannot be used or written, or memory is over its budget.</exception>
    /// <exception cref="SampleFileException">The samples cannot be written; no cutoff is half there.</exception>
    public void Run(IEventSource source, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        Restore(source, cancellation);
        using var metrics = new JoinMetrics(_scene, _joiner, _checkpoints);
        using var snapshots = new SnapshotThread(_features, _table, _journal);
        while (source.TryRead(_event))
        {
            if (cancellation.IsCancellationRequested)
            {
                Stop(snapshots, cancellation);
            }

            _input.Add(_event);
            Take(source, snapshots);
            if (_input.Count % EventsPerLook == 0)
            {
                progress?.Invoke(_input.Count, _event.At);
                ThrowIfOverBudget();
                MoveLeft(); // little by little: a checkpoint is not to wait for it
            }

            if ((_wantsCheckpoint || _input.Count - _checkpointAt >= _options.CheckpointEvery) && !_checkpoints.IsWriting)
            {
                Checkpoint(snapshots);
            }
        }

        Finish(source, snapshots);
    }

    private void Take(IEventSource source, SnapshotThread snapshots)
    {
        if (!_position.Admits(_event))
        {
            AfterCutoff++;
            if (_passedAt == long.MaxValue)
            {
                _passedAt = _input.Count;
                _malformedBefore = source.Malformed;
            }

            return;
        }

        CutBefore(_event, snapshots);
        FarAhead += _event.ReceivedAt == BehaviourEvent.NoTime && !_joiner.ArrivedAfter(_event, long.MinValue) ? 1 : 0;
        bool takesSnapshot = _joiner.WantsSnapshot(_event);
        JoinOutcome outcome = _joiner.Add(_event, takesSnapshot ? _rows++ : -1);
        bool counts = outcome is not (JoinOutcome.Duplicate or JoinOutcome.DuplicateImpression or JoinOutcome.Malformed or JoinOutcome.UnknownType);
        if (takesSnapshot || counts)
        {
            snapshots.Add(_event, takesSnapshot, counts);
        }
    }

    private void CutBefore(BehaviourEvent e, SnapshotThread snapshots)
    {
        long arrived = e.ReceivedAt != BehaviourEvent.NoTime ? e.ReceivedAt : e.At;
        if (_options.Every is not { } time || !SceneDays.Covers(arrived))
        {
            return;
        }

        long every = Milliseconds.Of(time);
        if (_nextCutoff == long.MinValue)
        {
            _nextCutoff = (arrived / every * every) + every;
        }
        else if (_joiner.ArrivedAfter(e, _nextCutoff))
        {
            // Of the multiples between which nothing arrived, the last.
            long cutoff = Math.Max(_nextCutoff, (arrived - 1) / every * every);
            _joiner.Cut(cutoff, _table);
            _ = Commit(cutoff, snapshots);
            _nextCutoff = cutoff + every;
            _wantsCheckpoint = true;
        }
    }

    private void Finish(IEventSource source, SnapshotThread snapshots)
    {
        Counters.AddMalformed(_malformedBefore >= 0 ? _malformedBefore : source.Malformed);
        _checkpoints.Wait();
        if (_options.Drains)
        {
            _joiner.LetLeave();
        }

        // From the state alone: the files may have this cutoff already, of a run that was killed.
        long afterLast = _nextCutoff == long.MinValue ? long.MinValue : _nextCutoff - Milliseconds.Of(_options.Every!.Value) + 1;
        long last = _options.Cutoff ?? Math.Max(_joiner.Watermark, afterLast);
        if (last != long.MinValue)
        {
            if (_options.Cutoff is { } cutoff)
            {
                _joiner.Cut(cutoff, _table);
            }
            else
            {
                _joiner.CutAll(_table);
            }

            LastCutoff = last;
            HasWritten = Commit(last, snapshots);
        }

        _checkpoints.Clear();
    }

    private bool Commit(long cutoff, SnapshotThread snapshots)
    {
        AddToJournal();
        snapshots.Drain();
        return _output.TryWrite(cutoff, _table);
    }

    private void MoveLeft()
    {
        _joiner.MoveLeft(_table);
        AddToJournal();
    }

    /// <summary>Window and immediate mode: samples that have just come into the table stay as they are.</summary>
    private void AddToJournal()
    {
        foreach (DateOnly date in _scene.Attribution.Mode == AttributionMode.Cumulative ? [] : _table.Days)
        {
            SampleDay day = _table.Find(date)!;
            foreach (int place in day.Changes)
            {
                _sampleJournal.AddSample(day, place);
            }
        }
    }

    private void Stop(SnapshotThread snapshots, CancellationToken cancellation)
    {
        _checkpoints.Wait();
        Checkpoint(snapshots);
        _checkpoints.Wait();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Checkpoint(SnapshotThread snapshots)
    {
        MoveLeft();
        long start = Stopwatch.GetTimestamp();
        using var head = new MemoryStream();
        using (var writer = new BinaryWriter(head, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Job());
            _input.Save(writer);
            _position.Save(writer);
            writer.Write(_nextCutoff);
            writer.Write(_passedAt);
            writer.Write(_malformedBefore);
            writer.Write(AfterCutoff);
            writer.Write(FarAhead);
        }

        _checkpoints.Begin(_joiner, head.ToArray(), snapshots.Save(_sampleJournal.Take()), start);
        _checkpointAt = _input.Count;
        _wantsCheckpoint = false;
    }

    private void Restore(IEventSource source, CancellationToken cancellation)
    {
        if (_checkpoints.Restore() is not { } restored)
        {
            return;
        }

        using var head = new MemoryStream(restored.Head);
        using var reader = new BinaryReader(head, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadString() is var job && job != Job())
        {
            throw new CheckpointException(
                $"'{_checkpoints.Location}' has the checkpoint of a join that did not end: {job}. This join is another: {Job()}. Nothing was changed. Finish that " +
                "one first, or remove the folder of the checkpoints, and join again.");
        }

        _joiner = restored.Joiner;
        _position = new CutoffPosition(_joiner, _options.Cutoff);
        _input.MoveTo(reader, source, cancellation);
        _position.Restore(reader);
        _nextCutoff = reader.ReadInt64();
        _passedAt = reader.ReadInt64();
        _malformedBefore = reader.ReadInt64();
        AfterCutoff = reader.ReadInt64();
        FarAhead = reader.ReadInt64();
        using (var features = new MemoryStream(restored.Features))
        {
            _features.Restore(features);
        }

        foreach (byte[] rows in restored.Rows)
        {
            _journal.Restore(rows, _table);
        }

        _rows = _table.Features.Count;
        _output.Folder.TakeAsWritten(_table);
        (_checkpointAt, ResumedAfter) = (_input.Count, _input.Count);
    }

    private string Job() => FormattableString.Invariant(
        $"cutoff {_options.Cutoff?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, a cutoff every {_options.Every?.ToString() ?? "end"}, {(_options.Drains ? "drained" : "not drained")}");

    private void ThrowIfOverBudget()
    {
        if (Environment.WorkingSet is var size && size > _options.MemoryBudget)
        {
            _checkpoints.Wait();
            throw new CheckpointException(
                $"The join needs {size >> 20} MiB of memory after {_input.Count} events ({_joiner.StateIdentities} identities, state {_joiner.StateBytes >> 20} MiB) and may " +
                $"have {_options.MemoryBudget >> 20} MiB. It stopped before memory ran out; its last checkpoint is whole. Raise the budget, lower 'retain_days', or " +
                "split the users over several processes, and start it again.");
        }
    }
}
