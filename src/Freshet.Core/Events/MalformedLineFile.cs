using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Freshet.Core.Events;

/// <summary>
/// Keeps malformed lines aside as NDJSON: file, line, byte, reason, and the line itself as <c>text</c> (or <c>base64</c>
/// where it is not UTF-8). The file appears with the first such line.
/// </summary>
public sealed class MalformedLineFile(string path) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private FileStream? _stream;

    /// <summary>Where the lines go; a file that is there is replaced.</summary>
    public string Path { get; } = path;

    /// <summary>Writes one line; give this method to a source as its <see cref="MalformedLineHandler"/>.</summary>
    /// <exception cref="EventFileException">The file cannot be written.</exception>
    public void Add(string file, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line)
    {
        _buffer.ResetWrittenCount();
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
        _buffer.ResetWrittenCount();
        var json = new Utf8LineWriter(_buffer);
        json.Append("{\"partition\":"u8);
        json.AppendNumber(partition);
        json.Append(",\"offset\":"u8);
        json.AppendNumber(offset);
        Finish(ref json, result, payload);
    }

    /// <summary>Writes what is buffered and closes the file.</summary>
    public void Dispose() => _stream?.Dispose();

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
        Write(_buffer.WrittenSpan);
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            _stream ??= new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 64 << 10);
            _stream.Write(line);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EventFileException(
                $"Malformed lines cannot be kept in '{Path}': {error.Message} Free space there or name another file.", error);
        }
    }
}
