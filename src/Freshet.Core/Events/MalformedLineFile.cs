using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Freshet.Core.Files;

namespace Freshet.Core.Events;

/// <summary>
/// Keeps malformed lines aside as NDJSON: file, line, byte, reason, and the line itself as <c>text</c> (or <c>base64</c>
/// where it is not UTF-8). The file appears whole on <see cref="Complete"/>, and only where there was such a line.
/// </summary>
public sealed class MalformedLineFile(string path) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private AtomicFile? _file;

    /// <summary>Where the lines go, in a folder that is made where it is missing; a file that is there is replaced.</summary>
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
