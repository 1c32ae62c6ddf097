using System.Text;
using Freshet.Core.Events;
using Freshet.Core.Files;
using Freshet.Datasets;

namespace Freshet.Cli.Commands;

/// <summary>
/// Where lines and rows go that could not be read, with their reasons; nowhere if no file was named. The files appear whole
/// on <see cref="Complete"/>, each only where there is something to tell.
/// </summary>
internal sealed class MalformedFile(FileInfo? file) : IDisposable
{
    private readonly MalformedLineFile? _lines = file is null ? null : new MalformedLineFile(file.FullName);
    private AtomicFile? _rows;

    public void AddLine(string name, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line) =>
        _lines?.Add(name, lineNumber, result, line);

    public void AddRow(MalformedRow row)
    {
        if (file is not null)
        {
            _rows ??= new AtomicFile(file.FullName + ".rows", bufferSize: 64 << 10);
            _rows.Stream.Write(Encoding.UTF8.GetBytes($"{row}\n"));
        }
    }

    public void AddPayload(int partition, long offset, EventReadResult result, ReadOnlySpan<byte> payload) =>
        _lines?.Add(partition, offset, result, payload);

    public void Complete()
    {
        _ = _lines?.Complete();
        _rows?.Complete();
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _rows?.Dispose();
    }
}
