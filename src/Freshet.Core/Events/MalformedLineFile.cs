using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Freshet.Core.Files;

namespace Freshet.Core.Events;

/// <summary>
/// Keeps malformed lines aside as NDJSON: file, line, byte, reason, and the line itself as <c>text</c> (or <c>base64</c>
/// where it is not UTF-8). The file appears whole on <see cref="Complete"/>, and only where there was such a line.
/// </summary>
/// <remarks>
/// From the first line that would take the file beyond its limit, lines are counted and not written: the file holds the first ones.
/// </remarks>
/// <param name="path">Where the lines go.</param>
/// <param name="limit">The most bytes the file may have, &gt;= 0.</param>
public sealed class MalformedLineFile(string path, long limit = long.MaxValue) : IDisposable
{
    private static readonly EventReadStatus[] s_statuses = Enum.GetValues<EventReadStatus>();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly long[] _counts = new long[s_statuses.Length];
    private AtomicFile? _file;

    /// <summary>Bytes written. May be read on any thread.</summary>
    public long Size { get; private set; }

    /// <summary>Lines that were counted and not written, because of the limit. May be read on any thread.</summary>
    public long NotWritten { get; private set; }

    /// <summary>Malformed lines by reason, in words, those included that were not written; reasons without a line are left out.</summary>
    public IReadOnlyDictionary<string, long> Reasons =>
        s_statuses.Where(status => _counts[(int)status] > 0)
            .ToDictionary(status => new EventReadResult(status, 0).Reason, status => _counts[(int)status]);

    /// <summary>Where the lines go, in a folder that is made where it is missing; a file that is there is replaced.</summary>
    public string Path { get; } = path;

    /// <summary>Writes one line; give this method to a source as its <see cref="MalformedLineHandler"/>.</summary>
    /// <exception cref="EventFileException">The file cannot be written.</exception>
    public void Add(string file, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line)
    {
        if (!Begin(result))
        {
            return;
        }

        var json = new Utf8LineWriter(_buffer);
        json.Append("{\"file\":"u8);
        json.AppendString(Encoding.UTF8.GetBytes(file));
        json.Append(",\"line\":"u8);
        json.AppendNumber(lineNumber);
        Finish(ref json, result, line);
    }

    /// <summary>Writes one payload of an event log, with partition and offset; a <see cref="MalformedPayloadHandler"/>.</summary>
    /// <exception cref="EventFileException">The file cannot be written.</exception>
    public void Add(int partition, long offset, EventReadResult result, ReadOnlySpan<byte> payload)
    {
        if (!Begin(result))
        {
            return;
        }

        var json = new Utf8LineWriter(_buffer);
        json.Append("{\"partition\":"u8);
        json.AppendNumber(partition);
        json.Append(",\"offset\":"u8);
        json.AppendNumber(offset);
        Finish(ref json, result, payload);
    }

    private void Finish(ref Utf8LineWriter json, EventReadResult result, ReadOnlySpan<byte> line)
    {
        json.Append(",\"byte\":"u8);
        json.AppendNumber(result.Position);
        json.Append(",\"reason\":"u8);
        json.AppendString(Encoding.UTF8.GetBytes(result.Reason));
        bool isText = Utf8.IsValid(line);
        json.Append(isText ? ",\"text\":"u8 : ",\"base64\":"u8);
        json.AppendString(isText ? line : Encoding.UTF8.GetBytes(Convert.ToBase64String(line)));
        json.Append("}\n"u8);
        json.Flush();
        if (_buffer.WrittenCount > limit - Size)
        {
            NotWritten++;
            return;
        }

        Write(_buffer.WrittenSpan);
        Size += _buffer.WrittenCount;
    }

    /// <summary>Counts a line.</summary>
    /// <returns>Whether it may be written: false once one was not.</returns>
    private bool Begin(EventReadResult result)
    {
        _counts[(int)result.Status]++;
        if (NotWritten > 0)
        {
            NotWritten++;
            return false;
        }

        _buffer.ResetWrittenCount();
        return true;
    }

    /// <summary>Gives the lines their file; one that is there with the same lines is left as it is.</summary>
    /// <returns>Its path; null where no line was malformed.</returns>
    /// <exception cref="EventFileException">The file cannot be written.</exception>
    public string? Complete()
    {
        if (_file is null)
        {
            return null;
        }

        try
        {
            _file.Complete(keepsEqual: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }

        return Path;
    }

    /// <summary>Closes the file; without <see cref="Complete"/> nothing remains of it.</summary>
    public void Dispose() => _file?.Dispose();

    private void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            if (_file is null)
            {
                _ = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
                _file = new AtomicFile(Path, bufferSize: 64 << 10);
            }

            _file.Stream.Write(line);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }
    }

    private EventFileException Failed(Exception error) => new(
        $"Malformed lines cannot be kept in '{Path}': {error.Message} Free space there or name another file.", error);
}
