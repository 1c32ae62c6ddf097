namespace Freshet.Core.Events;

/// <summary>
/// The events of NDJSON files, plain or gzip (told by the first bytes, not by the name), as one stream in the order of
/// arrival.
/// </summary>
/// <remarks>
/// Where the lines of a file say <c>received_at</c> they are put in that order, as far as a window of lines reaches
/// (<see cref="ArrivalOrder"/>); lines of one moment, and those of a file that does not say it, keep their order. Several files
/// are merged by the arrival time of their next events (<c>received_at</c>, or <c>at</c> where the log does not say); on a tie by
/// <c>at</c>, then by <c>event_id</c>, then the file named first goes first. A malformed line is counted and handed to the
/// handler when its turn comes; blank lines are skipped. Allocates nothing per event once the buffers have grown. Not
/// thread-safe.
/// </remarks>
public sealed class NdjsonEventSource : IEventSource
{
    /// <summary>The name that stands for standard input, plain or gzip.</summary>
    public const string StandardInput = "-";

    /// <summary>Longest line in bytes, 16 MiB; a longer one is malformed.</summary>
    public const int MaxLineLength = 16 << 20;

    /// <summary>Lines of a file that are read ahead to put them in order of arrival, unless it is said otherwise.</summary>
    public const int DefaultArrivalWindow = 100_000;

    private const int SingleBufferSize = 256 << 10, MergeBufferSize = 64 << 10;
    private readonly EventJsonReader _reader = new();
    private readonly MalformedLineHandler? _malformed;
    private readonly NdjsonFileCursor[] _files;
    private readonly PriorityQueue<int, int> _heads; // files, by what they have next
    private readonly Stack<int> _unread; // files whose next event is not read yet

    /// <summary>Opens one file.</summary>
    /// <inheritdoc cref="NdjsonEventSource(IReadOnlyList{string}, MalformedLineHandler?, int)"/>
    public NdjsonEventSource(string file, MalformedLineHandler? malformed = null, int arrivalWindow = DefaultArrivalWindow)
        : this([file], malformed, arrivalWindow)
    {
    }

    /// <summary>Opens the files.</summary>
    /// <param name="files">Paths, at least one; <see cref="StandardInput"/> may be one of them.</param>
    /// <param name="malformed">Where malformed lines go beside being counted; see <see cref="MalformedLineFile"/>.</param>
    /// <param name="arrivalWindow">Lines of a file that are read ahead to put them in order of arrival, &gt;= 0; 0: they keep their order.</param>
    /// <exception cref="EventFileException">A file is missing, empty or may not be read; none stays open.</exception>
    public NdjsonEventSource(
        IReadOnlyList<string> files, MalformedLineHandler? malformed = null, int arrivalWindow = DefaultArrivalWindow)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfNegative(arrivalWindow);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count);
        _malformed = malformed;
        _files = new NdjsonFileCursor[files.Count];
        _heads = new PriorityQueue<int, int>(files.Count, Comparer<int>.Create(Compare));
        _unread = new Stack<int>(files.Count);
        try
        {
            for (int i = 0; i < files.Count; i++)
            {
                _files[i] = new NdjsonFileCursor(files[i], files.Count == 1 ? SingleBufferSize : MergeBufferSize, arrivalWindow);
                _unread.Push(i);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long Malformed
    {
        get
        {
            long count = 0;
            foreach (NdjsonFileCursor file in _files)
            {
                count += file.Malformed;
            }

            return count;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EventFileException">
    /// A line arrived before one that was delivered already; the message names both. Or a file cannot be read on (a gzip that was
    /// cut off, for one); what came before was delivered, and a further call goes on without the rest of that file.
    /// </exception>
    public bool TryRead(BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (_files.Length == 1)
        {
            return _files[0].TryRead(destination, _reader, _malformed);
        }

        while (_unread.TryPop(out int file))
        {
            if (_files[file].TryAdvance(_reader, _malformed))
            {
                _heads.Enqueue(file, file);
            }
        }

        if (!_heads.TryDequeue(out int first, out _))
        {
            destination.Clear();
            return false;
        }

        destination.CopyFrom(_files[first].Head);
        _unread.Push(first);
        return true;
    }

    private int Compare(int left, int right)
    {
        BehaviourEvent a = _files[left].Head, b = _files[right].Head;
        int order = _files[left].Arrival.CompareTo(_files[right].Arrival);
        order = order != 0 ? order : a.At.CompareTo(b.At);
        order = order != 0 ? order : a.EventId.SequenceCompareTo(b.EventId);
        return order != 0 ? order : left.CompareTo(right);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NdjsonFileCursor? file in _files)
        {
            file?.Dispose();
        }
    }
}
