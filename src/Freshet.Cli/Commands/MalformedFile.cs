using System.Text;
using Freshet.Core.Events;
using Freshet.Datasets;

namespace Freshet.Cli.Commands;

/// <summary>Where lines and rows go that could not be read, with their reasons; nowhere if no file was named.</summary>
internal sealed class MalformedFile : IDisposable
{
    private readonly MalformedLineFile? _lines;
    private readonly StreamWriter? _rows;

    private MalformedFile(FileInfo? file)
    {
        if (file is not null)
        {
            _lines = new MalformedLineFile(file.FullName);
            _rows = new StreamWriter(file.FullName + ".rows", append: false, new UTF8Encoding(false));
        }
    }

    public static MalformedFile Open(FileInfo? file) => new(file);

    public void AddLine(string file, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line) =>
        _lines?.Add(file, lineNumber, result, line);

    public void AddPayload(int partition, long offset, EventReadResult result, ReadOnlySpan<byte> payload) =>
        _lines?.Add(partition, offset, result, payload);

    public void AddRow(MalformedRow row) => _rows?.WriteLine(row.ToString());

    public void Dispose()
    {
        _lines?.Dispose();
        _rows?.Dispose();
    }
}
