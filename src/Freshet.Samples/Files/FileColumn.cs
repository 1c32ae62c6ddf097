using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>One column of a sample file, as a function of the row in memory.</summary>
internal abstract class FileColumn(Field schema)
{
    public Field Field => schema;

    /// <summary>Writes the values of <paramref name="rows"/> as the column's part of a row group.</summary>
    public abstract Task Write(ParquetRowGroupWriter group, int[] rows);
}
