using System.Text;
using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>A text; the empty one is null.</summary>
internal sealed class TextColumn(string name, TextColumn.Utf8OfRow text) : FileColumn(new DataField<string>(name, true))
{
    internal delegate ReadOnlySpan<byte> Utf8OfRow(int row);

    public override Task Write(ParquetRowGroupWriter group, int[] rows) =>
        group.WriteAsync((DataField)Field, Array.ConvertAll(rows, Text));

    private string Text(int row)
    {
        ReadOnlySpan<byte> utf8 = text(row);
        return utf8.IsEmpty ? null! : Encoding.UTF8.GetString(utf8);
    }
}
