using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>A required number.</summary>
internal sealed class ScalarColumn<T>(string name, Func<int, T> value) : FileColumn(new DataField<T>(name, false))
    where T : struct
{
    public override Task Write(ParquetRowGroupWriter group, int[] rows) =>
        group.WriteAsync<T>((DataField)Field, Array.ConvertAll(rows, row => value(row)));
}
