namespace Freshet.Core.Events;

/// <summary>
/// The events of NDJSON files, plain or gzip (told by the first bytes, not by the name), as one stream in the order of
/// arrival.
/// </summary>
/// <remarks>
/// The lines of one file keep their order. Several files are merged by the arrival time of their next events
/// (<c>received_at</c>, or <c>at</c> where the log does not say); on a tie the file named first goes first. A malformed
/// line is counted and handed to the handler; blank lines are skipped. Allocates nothing per event once the buffers have
/// grown to the longest line. Not thread-safe.
/// </remarks>
public sealed class NdjsonEventSource : IEventSource
{
    /// <summary>The name that stands for standard input, plain or gzip.</summary>
    public const string StandardInput = "-";

    /// <summary>Longest line in bytes, 16 MiB; a longer one is malformed.</summary>
    public const int MaxLineLength = 16 << 20;

    private const int SingleBufferSize = 256 << 10, MergeBufferSize = 64 << 10;
    private readonly EventJsonReader _reader = new();
    private readonly MalformedLineHandler? _malformed;
    private readonly NdjsonFileCursor[] _files;
    private readonly PriorityQueue<int, (long Arrival, int File)> _heads;
    private readonly Stack<int> _unread; // files whose next event is not read yet

    /// <summary>Opens one file.</summary>
    /// <inheritdoc cref="NdjsonEventSource(IReadOnlyList{string}, MalformedLineHandler?)"/>
    public NdjsonEventSource(string file, MalformedLineHandler? malformed = null)
        : this([file], malformed)
    {
    }

    /// <summary>Opens the files.</summary>
    /// <param name="files">Paths, at least one; <see cref="StandardInput"/> may be one of them.</param>
    /// <param name="malformed">Where malformed lines go beside being counted; see <see cref="MalformedLineFile"/>.</param>
    /// <exception cref="EventFileException">A file is missing, empty or may not be read; none stays open.</exception>
    public NdjsonEventSource(IReadOnlyList<string> files, MalformedLineHandler? malformed = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count);
        _malformed = malformed;
        _files = new NdjsonFileCursor[files.Count];
        _heads = new PriorityQueue<int, (long, int)>(files.Count);
        _unread = new Stack<int>(files.Count);
        try
        {
            for (int i = 0; i < files.Count; i++)
            {
                _files[i] = new NdjsonFileCursor(files[i], files.Count == 1 ? SingleBufferSize : MergeBufferSize);
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
    /// A file cannot be read on (a gzip that was cut off, for one); what came before was delivered. A further call goes on
    /// without the rest of that file.
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
                _heads.Enqueue(file, (_files[file].Arrival, file));
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

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NdjsonFileCursor? file in _files)
        {
            file?.Dispose();
        }
    }
}
