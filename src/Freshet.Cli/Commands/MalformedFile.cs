using System.Text;
using Freshet.Core.Events;
using Freshet.Core.Files;
using Freshet.Datasets;

namespace Freshet.Cli.Commands;

/// <summary>
/// Where lines and rows go that could not be read, with their reasons; nowhere if no file was named. The files appear whole
/// on <see cref="Complete"/>, each only where there is something to tell.
/// </summary>
/// <param name="file">The file of lines; the file of rows has <c>.rows</c> behind its name. Null: nothing is kept.</param>
/// <param name="limit">The most bytes that each may have.</param>
internal sealed class MalformedFile(FileInfo? file, long limit) : IDisposable
{
    private AtomicFile? _rows;
    private long _rowBytes;

    /// <summary>The file of lines; null where none was named.</summary>
    public MalformedLineFile? Lines { get; } = file is null ? null : new MalformedLineFile(file.FullName, limit);

    /// <summary>Rows that were not written, because of the limit.</summary>
    public long RowsNotWritten { get; private set; }

    public void AddLine(string name, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line) =>
        Lines?.Add(name, lineNumber, result, line);

    public void AddRow(MalformedRow row)
    {
        if (file is null)
        {
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes($"{row}\n");
        if (RowsNotWritten > 0 || text.Length > limit - _rowBytes)
        {
            RowsNotWritten++;
            return;
        }

        _rows ??= new AtomicFile(file.FullName + ".rows", bufferSize: 64 << 10);
        _rows.Stream.Write(text);
        _rowBytes += text.Length;
    }

    public void AddPayload(int partition, long offset, EventReadResult result, ReadOnlySpan<byte> payload) =>
        Lines?.Add(partition, offset, result, payload);

    public void Complete()
    {
        _ = Lines?.Complete();
        _rows?.Complete();
    }

    public void Dispose()
    {
        Lines?.Dispose();
        _rows?.Dispose();
    }
}
