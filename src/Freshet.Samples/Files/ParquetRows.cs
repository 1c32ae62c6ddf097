using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>The columns of a Parquet file, read by name into arrays over all row groups.</summary>
/// <remarks>A column that a scene has got since the file was written reads as 0, null or empty: schemas evolve by adding columns.</remarks>
internal sealed class ParquetRows : IDisposable
{
    private readonly ParquetReader _reader;

    /// <summary>Opens the file whose bytes are <paramref name="content"/>.</summary>
    public ParquetRows(byte[] content) =>
        _reader = ParquetReader.CreateAsync(new MemoryStream(content)).GetAwaiter().GetResult();

    public int Count => (int)_reader.RowGroups.Sum(group => group.RowCount);

    public T[] Numbers<T>(string name, bool required = true)
        where T : struct
    {
        DataField? field = Find(name, required);
        return field is null ? new T[Count] : Read<T>((group, values) => group.ReadAsync(field, values, null, default));
    }

    public T?[] Optional<T>(string name)
        where T : struct
    {
        DataField? field = Find(name, required: false);
        return field is null ? new T?[Count] : Read<T?>((group, values) => group.ReadAsync(field, values, null, default));
    }

    public string?[] Texts(string name)
    {
        DataField? field = Find(name, required: false);
        return field is null ? new string?[Count] : Read<string?>((group, values) => group.ReadAsync(field, values!, null, default));
    }

    /// <summary>Items of all rows one after another; the items of row r are those of <c>[ends[r − 1], ends[r])</c>.</summary>
    public T[] Lists<T>(string name, out int[] ends)
        where T : struct
    {
        if (Find(name, required: false) is not { } field)
        {
            ends = new int[Count];
            return [];
        }

        var items = new List<T>();
        var rowEnds = new List<int>();
        foreach (ParquetRowGroupReader group in _reader.RowGroups)
        {
            using RawColumnData raw = group.ReadRawColumnDataBaseAsync(field, default).AsTask().GetAwaiter().GetResult();
            Span<T> values = ((RawColumnData<T>)raw).Values;
            int next = 0;
            for (int i = 0; i < raw.RepetitionLevels.Length; i++)
            {
                if (raw.RepetitionLevels[i] == 0)
                {
                    rowEnds.Add(items.Count);
                }

                if (raw.DefinitionLevels[i] == field.MaxDefinitionLevel)
                {
                    items.Add(values[next++]);
                    rowEnds[^1] = items.Count;
                }
            }
        }

        ends = [.. rowEnds];
        return [.. items];
    }

    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private T[] Read<T>(Func<ParquetRowGroupReader, Memory<T>, ValueTask> read)
    {
        var all = new T[Count];
        int start = 0;
        foreach (ParquetRowGroupReader group in _reader.RowGroups)
        {
            int count = (int)group.RowCount;
            read(group, all.AsMemory(start, count)).AsTask().GetAwaiter().GetResult();
            start += count;
        }

        return all;
    }

    private DataField? Find(string name, bool required)
    {
        DataField? found = _reader.Schema.GetDataFields().FirstOrDefault(field => field.Path.FirstPart == name);
        return found is null && required
            ? throw new SampleFileException($"The file has no column '{name}', so it is no sample file. Use a folder that Freshet wrote.")
            : found;
    }
}
