using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Pipeline.Checkpoints;
using Freshet.Samples.Files;

namespace Freshet.Pipeline.Intake;

/// <summary>
/// Takes feature vectors and lets events count on a separate thread, in the order in which the join hands them over. So the join is held
/// neither by features nor by saving them.
/// </summary>
/// <remarks>
/// It may be <see cref="Batches"/> × <see cref="EventsPerBatch"/> events behind; then the join waits. All methods are for the join's thread.
/// Between <see cref="Drain"/> and the next event features and vectors are at rest. A checkpoint holds the features, and how far the file of the
/// vectors reaches.
/// </remarks>
internal sealed class FeatureThread : IFeatureIntake, ICheckpointStage, IDisposable
{
    private const int EventsPerBatch = 256;
    private const int Batches = 256;
    private readonly FeatureStage _features;
    private readonly VectorFile _vectors;
    private readonly SnapshotColumns _vector;
    private readonly BlockingCollection<Batch> _full = [];
    private readonly BlockingCollection<Batch> _free = [];
    private readonly Thread _thread;
    private Batch _batch = new();
    private int _made = 1;
    private int _rows;
    private bool _hasTaken;
    private byte[] _restored = [];
    private volatile Exception? _failure;

    /// <summary>Starts the thread.</summary>
    /// <param name="features">The stage.</param>
    /// <param name="vectors">Gets the vectors.</param>
    public FeatureThread(FeatureStage features, VectorFile vectors)
    {
        (_features, _vectors) = (features, vectors);
        _vector = new SnapshotColumns(features.Schema);
        _thread = new Thread(Work) { IsBackground = true, Name = "freshet features" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public int Take(BehaviourEvent impression, EventTime time)
    {
        Add(impression, time, takes: true, counts: false);
        _hasTaken = _batch.Count > 0;
        return _rows++;
    }

    /// <inheritdoc/>
    public void Apply(BehaviourEvent e, EventTime time)
    {
        if (_hasTaken)
        {
            // The event whose vector was just taken lies there already.
            _batch.Work[_batch.Count - 1].Counts = true;
            _hasTaken = false;
            return;
        }

        Add(e, time, takes: false, counts: true);
    }

    /// <inheritdoc/>
    public Action<CheckpointWriter> Freeze(bool everything)
    {
        var saved = new TaskCompletionSource<(ReadOnlyMemory<byte> State, Action<CheckpointWriter> Vectors)>(TaskCreationOptions.RunContinuationsAsynchronously);
        (_batch.Saved, _batch.SavesAll) = (saved, everything);
        Send();
        return writer =>
        {
            (ReadOnlyMemory<byte> state, Action<CheckpointWriter> vectors) = saved.Task.GetAwaiter().GetResult();
            vectors(writer);
            writer.WriteBlob(state.Span);
        };
    }

    /// <inheritdoc/>
    public void Restore(CheckpointReader reader)
    {
        _vectors.Restore(reader);
        _restored = reader.ReadBlob();
    }

    /// <inheritdoc/>
    public void EndRestore()
    {
        using (var state = new MemoryStream(_restored))
        {
            _features.Restore(state);
        }

        _restored = [];
        _vectors.EndRestore();
        _rows = _vectors.Count;
    }

    /// <summary>Waits until the events handed over are done.</summary>
    public void Drain()
    {
        using var done = new ManualResetEventSlim();
        _batch.Done = done;
        Send();
        done.Wait();
        ThrowIfFailed();
    }

    /// <summary>Ends the thread; what was handed over is done first.</summary>
    public void Dispose()
    {
        _full.CompleteAdding();
        _thread.Join();
        _full.Dispose();
        _free.Dispose();
    }

    private void Add(BehaviourEvent e, EventTime time, bool takes, bool counts)
    {
        ref BehaviourEvent place = ref _batch.Events[_batch.Count];
        (place ??= new BehaviourEvent()).CopyFrom(e);
        _batch.Work[_batch.Count++] = (time, takes, counts);
        _hasTaken = false;
        if (_batch.Count == EventsPerBatch)
        {
            Send();
        }
    }

    private void Send()
    {
        _hasTaken = false;
        ThrowIfFailed();
        _full.Add(_batch);
        if (!_free.TryTake(out Batch? next))
        {
            next = _made < Batches ? new Batch() : _free.Take();
            _made = Math.Min(_made + 1, Batches);
        }

        _batch = next;
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Work()
    {
        foreach (Batch batch in _full.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null)
                {
                    Work(batch);
                }
            }
            catch (Exception failure)
            {
                _failure = failure; // the join throws it at its next word with this thread
            }

            if (_failure is { } reason)
            {
                _ = batch.Saved?.TrySetException(reason);
            }

            ManualResetEventSlim? done = batch.Done;
            batch.Clear();
            _free.Add(batch);
            done?.Set();
        }
    }

    private void Work(Batch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            BehaviourEvent e = batch.Events[i];
            if (batch.Work[i].Takes)
            {
                _vector.Clear();
                _features.Snapshot(e, batch.Work[i].Time, _vector);
                _vectors.Append(e, _vector, 0);
            }

            if (batch.Work[i].Counts)
            {
                _features.Apply(e, batch.Work[i].Time);
            }
        }

        if (batch.Saved is { } saved)
        {
            var state = new MemoryStream();
            _features.Save(state);
            saved.SetResult((state.GetBuffer().AsMemory(0, (int)state.Length), _vectors.Freeze(batch.SavesAll)));
        }
    }

    private sealed class Batch
    {
        public readonly BehaviourEvent[] Events = new BehaviourEvent[EventsPerBatch];
        public readonly (EventTime Time, bool Takes, bool Counts)[] Work = new (EventTime, bool, bool)[EventsPerBatch];
        public int Count;
        public TaskCompletionSource<(ReadOnlyMemory<byte> State, Action<CheckpointWriter> Vectors)>? Saved;
        public bool SavesAll;
        public ManualResetEventSlim? Done;

        public void Clear() => (Count, Saved, Done) = (0, null, null);
    }
}
