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
        Encode(columns, rows, rowsPerGroup, stream, part => part);
        return stream.ToArray();
    }

    /// <summary>Writes a Parquet file, one row group after the other.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows of the file, in order.</param>
    /// <param name="rowsPerGroup">Most rows of a row group.</param>
    /// <param name="stream">Gets the file; a write to it ends before it returns.</param>
    /// <param name="load">Makes the rows of one row group readable, and says for each which row the columns are asked for.</param>
    public static void Encode(IReadOnlyList<FileColumn> columns, int[] rows, int rowsPerGroup, Stream stream, Func<int[], int[]> load) =>
        EncodeAsync(columns, rows, rowsPerGroup, stream, load).GetAwaiter().GetResult();

    private static async Task EncodeAsync(IReadOnlyList<FileColumn> columns, int[] rows, int rowsPerGroup, Stream stream, Func<int[], int[]> load)
    {
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(columns.Select(column => column.Field)), stream, s_options);
        for (int start = 0; start == 0 || start < rows.Length; start += rowsPerGroup)
        {
            int[] part = load(rows[start..Math.Min(rows.Length, start + rowsPerGroup)]);
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            foreach (FileColumn column in columns)
            {
                await column.Write(group, part);
            }

            group.CompleteValidate();
        }
    }
}
