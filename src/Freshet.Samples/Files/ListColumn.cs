using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>A list of numbers, possibly empty, never null.</summary>
/// <remarks>
/// Levels of LIST&lt;required element&gt;: definition 1 = empty, 2 = an element; repetition 0 = a new row, 1 = the same row.
/// </remarks>
internal sealed class ListColumn<T>(string name, ListColumn<T>.ItemsOfRow items)
    : FileColumn(new ListField(name, new DataField<T>("element", false)))
    where T : struct
{
    internal delegate ReadOnlySpan<T> ItemsOfRow(int row);

    public override Task Write(ParquetRowGroupWriter group, int[] rows)
    {
        var values = new List<T>();
        var definitions = new List<int>();
        var repetitions = new List<int>();
        foreach (int row in rows)
        {
            ReadOnlySpan<T> list = items(row);
            definitions.Add(list.IsEmpty ? 1 : 2);
            repetitions.Add(0);
            for (int i = 0; i < list.Length; i++)
            {
                values.Add(list[i]);
                if (i > 0)
                {
                    definitions.Add(2);
                    repetitions.Add(1);
                }
            }
        }

        return group.WriteAllPartsAsync<T>(
            (DataField)((ListField)Field).Item, values.ToArray(), definitions.ToArray(), repetitions.ToArray(), default);
    }
}
