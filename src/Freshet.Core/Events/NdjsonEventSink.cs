using System.Buffers;
using System.IO.Compression;
using Freshet.Core.Files;

namespace Freshet.Core.Events;

/// <summary>Writes events to an NDJSON file, gzip where its name ends in <c>.gz</c>; it becomes visible whole or not at all.</summary>
/// <remarks>Until <see cref="Complete"/> the bytes lie in <c>NAME.unfinished</c> beside it. Not thread-safe.</remarks>
public sealed class NdjsonEventSink : IEventSink, IDisposable
{
    private const int FlushSize = 256 << 10;
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushSize);

    /// <summary>Begins the file.</summary>
    /// <param name="path">Where it will be; a file that is there is replaced on <see cref="Complete"/>.</param>
    /// <exception cref="EventFileException">The folder is missing or may not be written.</exception>
    public NdjsonEventSink(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        try
        {
            _file = new AtomicFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }

        _stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(_file.Stream, CompressionLevel.Optimal, leaveOpen: true)
            : _file.Stream;
    }

    /// <summary>Events written.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="EventFileException">The disk refuses; the file will not appear.</exception>
    /// <exception cref="ArgumentException">The event has a number that JSON cannot hold.</exception>
    public void Write(BehaviourEvent source)
    {
        EventJsonWriter.Write(source, _buffer);
        Count++;
        if (_buffer.WrittenCount >= FlushSize)
        {
            FlushBuffer();
        }
    }

    /// <summary>Makes all that was written durable and gives the file its name.</summary>
    /// <exception cref="EventFileException">The disk refuses; the file does not appear.</exception>
    public void Complete()
    {
        FlushBuffer();
        try
        {
            if (_stream != _file.Stream)
            {
                _stream.Dispose();
            }

            _file.Complete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }
    }

    /// <summary>Closes; without <see cref="Complete"/> nothing remains.</summary>
    public void Dispose() => _file.Dispose();

    private void FlushBuffer()
    {
        try
        {
            _stream.Write(_buffer.WrittenSpan);
        }
        catch (IOException error)
        {
            throw Failed(error);
        }

        _buffer.ResetWrittenCount();
    }

    private EventFileException Failed(Exception error) => new(
        $"Event file '{_path}' cannot be written: {error.Message} No such file was left. Free space or choose another folder.", error);
}
