using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>Rows in memory as the bytes of a Parquet file.</summary>
internal static class ParquetEncoding
{
    private const int RowsPerGroup = 1 << 16;

    public static byte[] Encode(IReadOnlyList<FileColumn> columns, int[] rows)
    {
        using var stream = new MemoryStream();
        // On a memory stream every write has ended when it returns.
        Encode(columns, rows, stream).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static async Task Encode(IReadOnlyList<FileColumn> columns, int[] rows, MemoryStream stream)
    {
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(columns.Select(column => column.Field)), stream);
        for (int start = 0; start == 0 || start < rows.Length; start += RowsPerGroup)
        {
            int[] part = rows[start..Math.Min(rows.Length, start + RowsPerGroup)];
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            foreach (FileColumn column in columns)
            {
                await column.Write(group, part);
            }

            group.CompleteValidate();
        }
    }
}
