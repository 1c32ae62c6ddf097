using System.Runtime.ExceptionServices;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Models;
using Freshet.Samples.Files;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>
/// The samples of a cutoff in sample files, as batches to learn from: read, joined and laid out on a thread of its own, ahead of
/// the steps that take them.
/// </summary>
/// <remarks>
/// <para>Order and content are a function of files and scene alone, never of timing: samples in order of shown_at, without the
/// negatives that the scene leaves out; in the base shuffled window by window. They are those that <see cref="SampleFeed"/> makes
/// of the same samples in memory. All batches are full but the last.</para>
/// <para>In memory are the batches read ahead, a window of the shuffle, and what <see cref="SampleReader"/> holds. Batches are filled
/// again and again. One consumer; dispose it to end the thread.</para>
/// </remarks>
public sealed class SampleBatches : IDisposable
{
    /// <summary>Samples read ahead where nothing else is said: what two cores learn while a row group is decoded, several times over.</summary>
    public const int DefaultReadAhead = 1 << 15;

    private readonly SampleReader _reader;
    private readonly WindowShuffle _shuffle;
    private readonly NegativeSampling _negatives;
    private readonly SceneDays _days;
    private readonly bool _takesParts;
    private readonly int _window;
    private readonly int _epoch;
    private readonly int _batchSize;
    private readonly SnapshotSchema _schema;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _cancellation;
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _empty;
    private readonly Thread _thread;
    private readonly Slot[] _ring; // a slot belongs to one thread at a time: handed over by the semaphores
    private ExceptionDispatchInfo? _failure; // written by the reading thread before its last Release, read after it
    private long _newestOfAll = long.MinValue; // as _failure
    private long _written; // batches; written by the reading thread before Release, read after it
    private long _taken;
    private bool _isOpen; // the reading thread fills the slot at _written
    private bool _hasCurrent;
    private bool _ended;
    private bool _disposed;

    /// <summary>Begins to read.</summary>
    /// <param name="folder">Of the scene.</param>
    /// <param name="scene">Whose training settings say batch size, negatives and shuffle.</param>
    /// <param name="cutoff">One of the folder's cutoffs, ms since the epoch.</param>
    /// <param name="after">Samples shown after this, ms since the epoch.</param>
    /// <param name="before">And before this.</param>
    /// <param name="phase">In the base samples are shuffled, where the scene says so; in increments they keep their order.</param>
    /// <param name="epoch">Which pass over the samples, from 0: each has an order of its own.</param>
    /// <param name="readAhead">Samples that may be ready before they are asked for, &gt;= 1; rounded up to whole batches, at least two, and half a window of the shuffle.</param>
    /// <param name="cancellation">Ends the reading; <see cref="Next"/> then throws.</param>
    /// <exception cref="ArgumentException">The scene's attribution mode is <c>immediate</c>.</exception>
    /// <exception cref="SampleFileException">The manifest is missing or damaged.</exception>
    public SampleBatches(
        SampleFolder folder, Scene scene, long cutoff, long after, long before, LearnPhase phase, int epoch = 0,
        int readAhead = DefaultReadAhead, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(scene);
        if (scene.Attribution.Mode == AttributionMode.Immediate)
        {
            throw new ArgumentException(
                $"Scene '{scene.Name}' has attribution mode 'immediate', and batches are read from files in order of shown_at, which would lose late labels. " +
                "Nothing was read; train from a table in memory.",
                nameof(scene));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfLessThan(readAhead, 1);
        _schema = scene.SnapshotSchema();
        _days = new SceneDays(scene.TimeZone);
        _shuffle = new WindowShuffle(scene);
        _window = phase == LearnPhase.Base ? _shuffle.Window : 1;
        _takesParts = phase == LearnPhase.Increment && scene.Training.Restart == Restart.Previous;
        _epoch = epoch;
        _batchSize = scene.Training.BatchSize;
        _negatives = new NegativeSampling(scene);
        _reader = folder.ReadInOrder(cutoff, after, before, _negatives.Keeps);
        // While a window of the shuffle is filled nothing leaves it: half of one bridges that for a reader twice as fast as the steps.
        int samples = Math.Max(readAhead, _window / 2);
        int ahead = Math.Max(2, (int)((samples + (long)_batchSize - 1) / _batchSize));
        _ring = new Slot[ahead + 1]; // one more, for the consumer
        _empty = new SemaphoreSlim(_ring.Length);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _cancellation = cancellation;
        _thread = new Thread(Read) { IsBackground = true, Name = "Freshet sample batches" };
        _thread.Start();
    }

    /// <summary>The batch that <see cref="Next"/> went to; good until the next call.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Next"/> was not called, or returned false.</exception>
    public LearnBatch Current => _hasCurrent
        ? _ring[(_taken - 1) % _ring.Length].Batch!
        : throw new InvalidOperationException("There is no batch here. Call Next; where it returned false, there are no more.");

    /// <summary>
    /// Newest shown_at of the batches so far, ms since the epoch; once there are no more, of all samples, also of those left out.
    /// <see cref="long.MinValue"/> where there is none.
    /// </summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Goes to the next batch, and waits for it if it is not ready; false where there are no more.</summary>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged. Batches before it were delivered.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public bool Next()
    {
        if (_hasCurrent)
        {
            _hasCurrent = false;
            _empty.Release();
        }

        if (_ended)
        {
            return false;
        }

        _filled.Wait(_cancellation);
        if (_taken < _written)
        {
            Newest = Math.Max(Newest, _ring[_taken % _ring.Length].Newest);
            _taken++;
            _hasCurrent = true;
            return true;
        }

        _ended = true;
        _failure?.Throw();
        _cancellation.ThrowIfCancellationRequested();
        Newest = Math.Max(Newest, _newestOfAll);
        return false;
    }

    /// <summary>Ends the reading and closes the files.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stop.Cancel();
        _thread.Join();
        _reader.Dispose();
        _stop.Dispose();
        _filled.Dispose();
        _empty.Dispose();
    }

    private void Read()
    {
        try
        {
            if (_window > 1)
            {
                ReadShuffled();
            }
            else
            {
                ReadInOrder();
            }

            if (_isOpen)
            {
                Close();
            }

            _newestOfAll = _reader.Newest;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The consumer wants no more; where it waits, it throws for itself.
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure); // the end of this thread: the consumer hears of it
        }
        finally
        {
            _filled.Release();
        }
    }

    private void ReadInOrder()
    {
        while (_reader.MoveNext())
        {
            LearnBatch batch = OpenBatch();
            ref readonly LabelledSample sample = ref _reader.Sample;
            _ = _reader.AppendSnapshot(batch.Features);
            batch.Add(sample.Labels, _reader.Targets, _negatives.Weigh(sample.Labels, []));
            Note(sample.ShownAt);
        }
    }

    private void ReadShuffled()
    {
        var features = new SnapshotColumns(_schema);
        var samples = new SampleList(_schema);
        int[] order = new int[_window];
        long index = 0;
        while (_reader.MoveNext())
        {
            _stop.Token.ThrowIfCancellationRequested();
            samples.Add(_reader.Sample with { Row = _reader.AppendSnapshot(features) }, _reader.Targets);
            if (samples.Count == _window)
            {
                Emit(features, samples, order, index++);
            }
        }

        Emit(features, samples, order, index);
    }

    private void Emit(SnapshotColumns features, SampleList samples, int[] order, long index)
    {
        Span<int> window = order.AsSpan(0, samples.Count);
        for (int i = 0; i < window.Length; i++)
        {
            window[i] = i;
        }

        _shuffle.Shuffle(window, _epoch, index);
        foreach (int i in window)
        {
            ref readonly LabelledSample sample = ref samples.Samples[i];
            OpenBatch().Add(
                features, sample.Row, sample.Labels, samples.Targets(i), _negatives.Weigh(sample.Labels, samples.Weights(i)));
            Note(sample.ShownAt);
        }

        features.Clear();
        samples.Clear();
    }

    /// <summary>The batch that is being filled; where there is none, the next one, once the consumer has given it back.</summary>
    private LearnBatch OpenBatch()
    {
        ref Slot slot = ref _ring[_written % _ring.Length];
        if (!_isOpen)
        {
            _empty.Wait(_stop.Token);
            slot.Batch ??= new LearnBatch(_schema, _batchSize);
            slot.Batch.Clear();
            slot.Newest = long.MinValue;
            _isOpen = true;
        }

        return slot.Batch!;
    }

    private void Note(long shownAt)
    {
        ref Slot slot = ref _ring[_written % _ring.Length];
        slot.Newest = Math.Max(slot.Newest, shownAt);
        if (slot.Batch!.Count == _batchSize)
        {
            Close();
        }
    }

    private void Close()
    {
        ref Slot slot = ref _ring[_written % _ring.Length];
        slot.Batch!.Day = _days.DateOf(slot.Newest).DayNumber;
        slot.Batch.IsRepeat = _epoch > 0;
        slot.Batch.FullCount = _takesParts ? _batchSize : 0;
        _isOpen = false;
        _written++;
        _filled.Release();
    }

    private struct Slot
    {
        public LearnBatch? Batch;
        public long Newest;
    }
}
