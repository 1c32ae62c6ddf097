using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Samples.Files;
using Freshet.Samples.Time;

namespace Freshet.Samples.Checkpoints;

/// <summary>
/// A join that may be killed at any moment: events from an input, cutoffs into sample files, a checkpoint behind each cutoff. Started again it goes on
/// from the last checkpoint, and the files end as if nothing had happened.
/// </summary>
/// <remarks>
/// Input position, state and output move together: a checkpoint holds all three. Files may be ahead of it after a kill; the cutoffs
/// joined again are the same to the last bit, and those that are there are left alone. No console, no clock.
/// </remarks>
public sealed class JoinRun
{
    private const int EventsPerLook = 1 << 14;
    private readonly Scene _scene;
    private readonly JoinRunOptions _options;
    private readonly SampleFolder _samples;
    private readonly CheckpointFolder _checkpoints;
    private readonly IJoinFeatures _features;
    private readonly SampleJournal _journal;
    private readonly SampleTable _table;
    private readonly BehaviourEvent _event = new();
    private Joiner _joiner;
    private long _events;
    private long _nextCutoff = long.MinValue;
    private bool _isFinished;

    /// <summary>A run that has not begun.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="options">Its settings; the same ones whenever it is started again.</param>
    /// <param name="samples">Gets the sample files.</param>
    /// <param name="checkpoints">Gets the checkpoints; of this run alone.</param>
    /// <param name="features">Takes the snapshots; new, or as good as new.</param>
    public JoinRun(Scene scene, JoinRunOptions options, SampleFolder samples, CheckpointFolder checkpoints, IJoinFeatures features)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CutoffEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MemoryBudget);
        _scene = scene;
        _options = options;
        _samples = samples;
        _checkpoints = checkpoints;
        _features = features;
        _joiner = new Joiner(scene);
        _table = new SampleTable(scene, keepImpressions: true);
        _journal = new SampleJournal(scene);
    }

    /// <summary>What became of all events since the start of the job, restarts included.</summary>
    public JoinCounters Counters => _joiner.Counters;

    /// <summary>Events joined since the start of the job.</summary>
    public long EventCount => _events;

    /// <summary>The samples of the days that are in memory, as of the last cutoff.</summary>
    public SampleTable Table => _table;

    /// <summary>Reads the input to its end, or to <see cref="JoinRunOptions.Until"/>. A run that was finished before does nothing.</summary>
    /// <param name="input">Stands at its start.</param>
    /// <param name="afterCutoff">Told each cutoff that is in the files, ms since the epoch; null for nobody.</param>
    /// <param name="cancellation">Stops between two events; the run can go on from its last checkpoint.</param>
    /// <exception cref="CheckpointException">Checkpoints cannot be used or written, or memory is over its budget.</exception>
    /// <exception cref="SampleFileException">A sample file cannot be written.</exception>
    public void Run(IJoinInput input, Action<long>? afterCutoff = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        Restore(input);
        while (!_isFinished)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!input.TryRead(_event, out int partition) || (_options.Until is { } until && _joiner.ArrivedAfter(_event, until, partition)))
            {
                Finish(input, afterCutoff);
                break;
            }

            CutBefore(_event, partition, input, afterCutoff);
            Add(_event, partition);
        }

        _checkpoints.Wait();
    }

    private void Add(BehaviourEvent e, int partition)
    {
        int row = -1;
        if (_joiner.WantsSnapshot(e))
        {
            row = _table.Features.Count;
            _features.Snapshot(e, _table.Features);
            _table.Impressions!.Add(e);
            _journal.AddSnapshot(_table, row);
        }

        JoinOutcome outcome = _joiner.Add(e, row, partition);
        if (outcome is not (JoinOutcome.Duplicate or JoinOutcome.DuplicateImpression or JoinOutcome.Malformed))
        {
            _features.Apply(e);
        }

        if (++_events % EventsPerLook == 0)
        {
            ThrowIfOverBudget();
        }
    }

    private void CutBefore(BehaviourEvent e, int partition, IJoinInput input, Action<long>? afterCutoff)
    {
        long every = Milliseconds.Of(_options.CutoffEvery);
        if (_nextCutoff == long.MinValue)
        {
            if (!SceneDays.Covers(e.At))
            {
                return;
            }

            _nextCutoff = (long.Max(e.At, e.ReceivedAt) / every * every) + every;
        }

        while (_joiner.ArrivedAfter(e, _nextCutoff, partition))
        {
            _joiner.Cut(_nextCutoff, _table);
            Commit(_nextCutoff);
            long cutoff = _nextCutoff;
            _nextCutoff += every;
            if (!_checkpoints.IsWriting)
            {
                Checkpoint(input);
            }

            afterCutoff?.Invoke(cutoff);
        }
    }

    private void Finish(IJoinInput input, Action<long>? afterCutoff)
    {
        _joiner.Counters.AddMalformed(input.Malformed);

        // From the state alone: the files may have this cutoff already, of a run that was killed before its last checkpoint.
        long afterLast = _nextCutoff == long.MinValue ? long.MinValue : _nextCutoff - Milliseconds.Of(_options.CutoffEvery) + 1;
        long cutoff = _options.Until ?? Math.Max(_joiner.Watermark, afterLast);
        if (_options.Until is not null)
        {
            _joiner.Cut(cutoff, _table);
        }
        else if (_options.Drain)
        {
            _joiner.Drain(_table);
        }
        else
        {
            _joiner.CutAll(_table);
        }

        if (_joiner.Counters.Impressions > 0)
        {
            Commit(cutoff);
        }

        _isFinished = true;
        _checkpoints.Wait();
        Checkpoint(input);
        afterCutoff?.Invoke(cutoff);
    }

    private void Commit(long cutoff)
    {
        if (_scene.Attribution.Mode != AttributionMode.Cumulative)
        {
            foreach (DateOnly date in _table.Days)
            {
                SampleDay day = _table.Find(date)!;
                foreach (int place in day.Changes)
                {
                    _journal.AddSample(day, place);
                }
            }
        }

        _samples.Commit(cutoff, _table);
    }

    private void Checkpoint(IJoinInput input)
    {
        using var head = new MemoryStream();
        using (var writer = new BinaryWriter(head, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(_isFinished);
            writer.Write(_events);
            writer.Write(_nextCutoff);
            input.SavePosition(writer);
        }

        _features.Save(head);
        _checkpoints.Begin(_joiner, head.ToArray(), _journal.Take());
    }

    private void Restore(IJoinInput input)
    {
        if (_checkpoints.Restore() is not { } restored)
        {
            return;
        }

        _joiner = restored.Joiner;
        foreach (byte[] rows in restored.Rows)
        {
            _journal.Restore(rows, _table);
        }

        _samples.TakeAsWritten(_table);
        using var head = new MemoryStream(restored.Head);
        using (var reader = new BinaryReader(head, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            _isFinished = reader.ReadBoolean();
            _events = reader.ReadInt64();
            _nextCutoff = reader.ReadInt64();
            if (!_isFinished)
            {
                input.MoveTo(reader);
            }
        }

        if (!_isFinished)
        {
            _features.Restore(head);
        }
    }

    private void ThrowIfOverBudget()
    {
        if (Environment.WorkingSet is var size && size > _options.MemoryBudget)
        {
            throw new CheckpointException(
                $"The join needs {size >> 20} MiB of memory after {_events} events ({_joiner.StateIdentities} identities, state {_joiner.StateBytes >> 20} MiB) and may " +
                $"have {_options.MemoryBudget >> 20} MiB. It stopped before memory ran out; its last checkpoint is whole. Raise the budget, lower 'retain_days', or " +
                "split the users over several processes, and start it again.");
        }
    }
}
