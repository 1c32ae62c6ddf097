using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>A number that may be absent.</summary>
internal sealed class OptionalColumn<T>(string name, Func<int, T?> value) : FileColumn(new DataField<T>(name, true))
    where T : struct
{
    public override Task Write(ParquetRowGroupWriter group, int[] rows) =>
        group.WriteAsync<T>((DataField)Field, Array.ConvertAll(rows, row => value(row)));
}
