using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Freshet.Core.Events;

namespace Freshet.Samples.Running;

/// <summary>
/// Takes snapshots and lets events count on a thread of its own, in the order in which the join hands them over. So the join is held neither by features nor by
/// saving them.
/// </summary>
/// <remarks>
/// It may be <see cref="Batches"/> × <see cref="EventsPerBatch"/> events behind; then the join waits. All methods are for the join's thread. Between
/// <see cref="Drain"/> and the next <see cref="Add"/> features, table and journal are at rest.
/// </remarks>
internal sealed class SnapshotThread : IDisposable
{
    private const int EventsPerBatch = 256;
    private const int Batches = 256;
    private readonly IJoinFeatures _features;
    private readonly SampleTable _table;
    private readonly SampleJournal _journal;
    private readonly BlockingCollection<Batch> _full = [];
    private readonly BlockingCollection<Batch> _free = [];
    private readonly Thread _thread;
    private Batch _batch = new();
    private int _made = 1;
    private volatile Exception? _failure;

    /// <summary>Starts the thread.</summary>
    public SnapshotThread(IJoinFeatures features, SampleTable table, SampleJournal journal)
    {
        (_features, _table, _journal) = (features, table, journal);
        _thread = new Thread(Work) { IsBackground = true, Name = "freshet snapshots" };
        _thread.Start();
    }

    /// <summary>Hands over the next event; it is copied.</summary>
    /// <param name="e">The event.</param>
    /// <param name="takesSnapshot">Whether it is an impression whose snapshot is the next row of the table.</param>
    /// <param name="counts">Whether it counts in features, after its snapshot.</param>
    public void Add(BehaviourEvent e, bool takesSnapshot, bool counts)
    {
        ref BehaviourEvent place = ref _batch.Events[_batch.Count];
        (place ??= new BehaviourEvent()).CopyFrom(e);
        _batch.Work[_batch.Count++] = (takesSnapshot, counts);
        if (_batch.Count == EventsPerBatch)
        {
            Send();
        }
    }

    /// <summary>State of the features and the rows so far, once the events handed over until now are done.</summary>
    /// <param name="samples">What the join adds to the checkpoint's rows.</param>
    public Task<SavedFeatures> Save(ReadOnlyMemory<byte> samples)
    {
        var saved = new TaskCompletionSource<SavedFeatures>(TaskCreationOptions.RunContinuationsAsynchronously);
        (_batch.Saved, _batch.Samples) = (saved, samples);
        Send();
        return saved.Task;
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

    private void Send()
    {
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
            if (batch.Work[i].TakesSnapshot)
            {
                int row = _table.Features.Count;
                _features.Snapshot(e, _table.Features);
                _table.Impressions!.Add(e);
                _journal.AddSnapshot(_table, row);
            }

            if (batch.Work[i].Counts)
            {
                _features.Apply(e);
            }
        }

        if (batch.Saved is { } saved)
        {
            var state = new MemoryStream();
            _features.Save(state);
            saved.SetResult(new SavedFeatures(state.GetBuffer().AsMemory(0, (int)state.Length), _journal.Take(), batch.Samples));
        }
    }

    private sealed class Batch
    {
        public readonly BehaviourEvent[] Events = new BehaviourEvent[EventsPerBatch];
        public readonly (bool TakesSnapshot, bool Counts)[] Work = new (bool, bool)[EventsPerBatch];
        public int Count;
        public TaskCompletionSource<SavedFeatures>? Saved;
        public ReadOnlyMemory<byte> Samples;
        public ManualResetEventSlim? Done;

        public void Clear() => (Count, Saved, Samples, Done) = (0, null, default, null);
    }
}
