using Parquet;
using Parquet.Schema;

namespace Freshet.Samples.Files;

/// <summary>A Parquet file, read by name of column: into arrays over all row groups, or row group by row group into buffers.</summary>
/// <remarks>
/// A column that a scene has got since the file was written reads as 0, null or empty: schemas evolve by adding columns. Reads
/// end when they return: the streams given here never wait on anything but the disk.
/// </remarks>
internal sealed class ParquetRows : IDisposable
{
    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly Dictionary<string, DataField> _fields;
    private readonly string[] _names;
    private int[] _definitions = [];
    private int[] _repetitions = [];

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="SampleFileException">It cannot be read, or is no Parquet file.</exception>
    public ParquetRows(string path)
    {
        _path = path;
        FileBytes? content = null;
        try
        {
            content = new FileBytes(path);
            _reader = ParquetReader.CreateAsync(content, leaveStreamOpen: false).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            content?.Dispose();
            throw Undecodable(failure);
        }

        _fields = _reader.Schema.GetDataFields().ToDictionary(field => field.Path.FirstPart!, StringComparer.Ordinal);
        _names = [.. _reader.Schema.GetDataFields().Select(field => field.Path.FirstPart!)];
    }

    /// <summary>Names of the columns, as they stand in the file.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Rows of all row groups.</summary>
    public int Count => (int)_reader.RowGroups.Sum(group => group.RowCount);

    public int GroupCount => _reader.RowGroupCount;

    /// <summary>Rows of one row group.</summary>
    public int CountOf(int group) => (int)_reader.RowGroups[group].RowCount;

    public T[] Numbers<T>(string name, bool required = true)
        where T : struct
    {
        var all = new T[Count];
        for (int group = 0, start = 0; group < GroupCount; start += CountOf(group), group++)
        {
            Read(group, name, all.AsMemory(start, CountOf(group)), required);
        }

        return all;
    }

    public T?[] Optional<T>(string name)
        where T : struct
    {
        var all = new T?[Count];
        for (int group = 0, start = 0; group < GroupCount; start += CountOf(group), group++)
        {
            ReadOptional(group, name, all.AsMemory(start, CountOf(group)));
        }

        return all;
    }

    public string?[] Texts(string name)
    {
        var all = new string?[Count];
        if (_fields.TryGetValue(name, out DataField? field))
        {
            for (int group = 0, start = 0; group < GroupCount; start += CountOf(group), group++)
            {
                Wait(_reader.RowGroups[group].ReadAsync(field, all.AsMemory(start, CountOf(group))!, null, default));
            }
        }

        return all;
    }

    /// <summary>Reads a column of one row group.</summary>
    /// <param name="group">From 0.</param>
    /// <param name="name">The column; zeros where it is absent and not <paramref name="required"/>.</param>
    /// <param name="destination">[rows of the group]</param>
    /// <param name="required">Whether a file without the column is no sample file.</param>
    /// <exception cref="SampleFileException">The column is absent, and required.</exception>
    public void Read<T>(int group, string name, Memory<T> destination, bool required = true)
        where T : struct
    {
        if (_fields.TryGetValue(name, out DataField? field))
        {
            Wait(_reader.RowGroups[group].ReadAsync(field, destination, null, default));
            return;
        }

        if (required)
        {
            throw new SampleFileException($"File '{_path}' has no column '{name}', so it is no sample file. Use a folder that Freshet wrote.");
        }

        destination.Span.Clear();
    }

    /// <summary>As <see cref="Read{T}"/>, for a column with nulls: all null where it is absent.</summary>
    public void ReadOptional<T>(int group, string name, Memory<T?> destination)
        where T : struct
    {
        if (_fields.TryGetValue(name, out DataField? field))
        {
            Wait(_reader.RowGroups[group].ReadAsync(field, destination, null, default));
        }
        else
        {
            destination.Span.Clear();
        }
    }

    /// <summary>Reads a list column of one row group; all lists are empty where it is absent.</summary>
    public void ReadList<T>(int group, string name, ListBlock<T> destination)
        where T : struct
    {
        int rows = CountOf(group);
        MakeRoom(ref destination.Ends, rows);
        if (!_fields.TryGetValue(name, out DataField? field))
        {
            destination.Ends.AsSpan(0, rows).Clear();
            return;
        }

        ParquetRowGroupReader reader = _reader.RowGroups[group];
        int levels = (int)reader.GetMetadata(field)!.MetaData!.NumValues;
        MakeRoom(ref destination.Items, levels);
        MakeRoom(ref _definitions, levels);
        MakeRoom(ref _repetitions, levels);
        Wait(reader.ReadRawAsync(
            field, destination.Items.AsMemory(0, levels), _definitions.AsMemory(0, levels), _repetitions.AsMemory(0, levels), default));
        FindEnds(field.MaxDefinitionLevel, _definitions.AsSpan(0, levels), _repetitions.AsSpan(0, levels), destination.Ends);
    }

    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void FindEnds(int itemLevel, ReadOnlySpan<int> definitions, ReadOnlySpan<int> repetitions, int[] ends)
    {
        int row = -1, items = 0;
        for (int i = 0; i < definitions.Length; i++)
        {
            row += repetitions[i] == 0 ? 1 : 0;
            items += definitions[i] == itemLevel ? 1 : 0;
            ends[row] = items;
        }
    }

    private static void MakeRoom<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[Math.Max(count, 2 * array.Length)];
        }
    }

    private void Wait(ValueTask read)
    {
        try
        {
            if (read.IsCompletedSuccessfully)
            {
                read.GetAwaiter().GetResult();
            }
            else
            {
                read.AsTask().GetAwaiter().GetResult();
            }
        }
        catch (Exception failure)
        {
            throw Undecodable(failure);
        }
    }

    /// <summary>Whatever the decoder stumbles over means one thing: this file is of no use.</summary>
    private SampleFileException Undecodable(Exception failure) => new(
        $"Sample file '{_path}' cannot be read: {failure.Message} Restore the file or join again into an empty folder.", failure);
}
