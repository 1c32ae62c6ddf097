using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>Rows in memory as the bytes of a Parquet file.</summary>
internal static class ParquetEncoding
{
    /// <summary>Rows of a row group: what a reader decodes at once, about 20 MB with a history of 50.</summary>
    public const int RowsPerGroup = 1 << 14;

    // Times of a history are near each other: as differences they take half the bytes and less time to read (docs/decisions.md).
    private static readonly ParquetOptions s_options = new()
    {
        ColumnEncodingHints = { ["history_times/list/element"] = EncodingHint.DeltaBinaryPacked },
    };

    public static byte[] Encode(IReadOnlyList<FileColumn> columns, int[] rows, int rowsPerGroup = RowsPerGroup)
    {
        using var stream = new MemoryStream();
        // On a memory stream every write has ended when it returns.
        Encode(columns, rows, rowsPerGroup, stream).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static async Task Encode(IReadOnlyList<FileColumn> columns, int[] rows, int rowsPerGroup, MemoryStream stream)
    {
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(columns.Select(column => column.Field)), stream, s_options);
        for (int start = 0; start == 0 || start < rows.Length; start += rowsPerGroup)
        {
            int[] part = rows[start..Math.Min(rows.Length, start + rowsPerGroup)];
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            foreach (FileColumn column in columns)
            {
                await column.Write(group, part);
            }

            group.CompleteValidate();
        }
    }
}
