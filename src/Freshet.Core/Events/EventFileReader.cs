using System.IO.Compression;

namespace Freshet.Core.Events;

/// <summary>The lines of one file, plain or gzip, through one reused buffer.</summary>
internal sealed class EventFileReader : IDisposable
{
    private const int ExcerptLength = 1024;
    private readonly string _path;
    private readonly Stream _stream;
    private readonly GzipInput? _zipped;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private long _bytes;
    private bool _ended;

    /// <summary>Opens <paramref name="path"/>, or standard input; gzip is known by its first two bytes, not by name.</summary>
    /// <exception cref="EventFileException">The file is missing, empty or may not be read.</exception>
    public EventFileReader(string path, int bufferSize)
    {
        _path = path;
        _buffer = new byte[bufferSize];
        Stream file = Open(path);
        Span<byte> magic = stackalloc byte[2];
        int given = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        if (given == 0)
        {
            file.Dispose();
            throw Empty(path);
        }

        // A pipe cannot be wound back: the two bytes are handed on.
        if (magic is [0x1F, 0x8B])
        {
            _zipped = new GzipInput(file, magic.ToArray());
            _stream = new GZipStream(_zipped, CompressionMode.Decompress);
        }
        else
        {
            magic[..given].CopyTo(_buffer);
            _bytes = _end = given;
            _stream = file;
        }
    }

    /// <summary>Number of the line returned last, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Gives the next line without its line feed, valid until the next call; false at the end.</summary>
    /// <param name="line">The line; of one that is too long its beginning.</param>
    /// <param name="tooLong">Whether it was longer than <see cref="NdjsonEventSource.MaxLineLength"/>; the rest was skipped.</param>
    /// <exception cref="EventFileException">The file ends in the middle of its gzip data, or reading fails; the lines before were given.</exception>
    public bool TryReadLine(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        int searched = 0;
        tooLong = false;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                tooLong = length > NdjsonEventSource.MaxLineLength;
                line = _buffer.AsSpan(_start, tooLong ? ExcerptLength : length);
                _start += length + 1;
                LineNumber++;
                return true;
            }

            searched = _end - _start;
            if (searched > NdjsonEventSource.MaxLineLength)
            {
                tooLong = true;
                line = SkipLongLine();
                return true;
            }

            if (!Fill())
            {
                line = _buffer.AsSpan(_start, searched);
                _start = _end;
                LineNumber += searched > 0 ? 1 : 0;
                return searched > 0;
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static Stream Open(string path)
    {
        if (path == NdjsonEventSource.StandardInput)
        {
            return Console.OpenStandardInput();
        }

        if (Directory.Exists(path))
        {
            throw new EventFileException($"Event file '{path}' is a folder. Name the files in it.");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EventFileException($"Event file '{path}' does not exist (looked in '{Path.GetFullPath(path)}'). Check the name.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EventFileException($"Event file '{path}' cannot be opened: {error.Message} Check its permissions.", error);
        }
    }

    private static EventFileException Empty(string path) =>
        new($"Event file '{path}' is empty. Check how it was written, or leave it out.");

    private ReadOnlySpan<byte> SkipLongLine()
    {
        byte[] excerpt = _buffer.AsSpan(_start, ExcerptLength).ToArray();
        LineNumber++;
        do
        {
            int end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (end >= 0)
            {
                _start += end + 1;
                return excerpt;
            }

            _start = _end;
        }
        while (Fill());
        return excerpt;
    }

    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        MakeRoom();
        int read = Read();
        _ended = read == 0;
        _end += read;
        _bytes += read;
        if (_ended && _bytes == 0)
        {
            throw Empty(_path);
        }

        return !_ended;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }

    private int Read()
    {
        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            return _zipped is not { Ended: true } ? read
                : _zipped.IsWhole(_stream, _buffer.AsSpan(_end, read)) ? 0
                : throw CutOff(null);
        }
        catch (InvalidDataException error) when (_zipped is not null)
        {
            throw CutOff(error);
        }
        catch (IOException error) when (error is not EventFileException)
        {
            throw new EventFileException(
                $"Event file '{_path}' cannot be read beyond line {LineNumber}: {error.Message} The {LineNumber} lines before were read.", error);
        }
    }

    private EventFileException CutOff(Exception? error)
    {
        _ended = true;
        _start = _end; // half a line is no line
        string message =
            $"Event file '{_path}' is cut off or damaged: its gzip data cannot be unpacked beyond line {LineNumber} " +
            $"(byte {_bytes} of the text). The {LineNumber} lines before were read. Fetch or write the file again.";
        return error is null ? new EventFileException(message) : new EventFileException(message, error);
    }
}
