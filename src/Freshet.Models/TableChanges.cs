using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Native;

namespace Freshet.Models;

/// <summary>The rows of a table that were changed or admitted, as far as ranking reads them: vectors and wide weights by id.</summary>
internal sealed class TableChanges
{
    private readonly ulong[] _ids;
    private readonly float[] _values; // [ids × (D + T)]
    private readonly int _width;

    /// <summary>Copies the rows of <paramref name="table"/> that are marked as changed.</summary>
    public TableChanges(EmbeddingTable table)
    {
        int[] rows = new int[table.ChangedCount];
        int count = table.ChangedRows(rows), dim = table.Options.Dim;
        _width = dim + table.Options.Tasks;
        _ids = new ulong[count];
        _values = new float[count * _width];
        for (int i = 0; i < count; i++)
        {
            _ids[i] = table.IdOf(rows[i]);
            Span<float> values = _values.AsSpan(i * _width, _width);
            table.Vector(rows[i]).CopyTo(values);
            table.WideWeights(rows[i]).CopyTo(values[dim..]);
        }
    }

    private TableChanges(ulong[] ids, float[] values, int width) => (_ids, _values, _width) = (ids, values, width);

    /// <summary>Rows.</summary>
    public int Count => _ids.Length;

    /// <summary>Whether every number is finite.</summary>
    public bool IsFinite => Finite.All(_values);

    /// <summary>Writes the rows into another table; ids that it has not are admitted in their order.</summary>
    public void ApplyTo(EmbeddingTable table)
    {
        int dim = table.Options.Dim;
        for (int i = 0; i < _ids.Length; i++)
        {
            int row = table.Sight(_ids[i], threshold: 1);
            ReadOnlySpan<float> values = _values.AsSpan(i * _width, _width);
            values[..dim].CopyTo(table.Vector(row));
            values[dim..].CopyTo(table.WideWeights(row));
            table.MarkChanged([row]);
        }
    }

    /// <summary>Writes the rows for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_width);
        writer.Write(_ids.Length);
        writer.Write(ByteView.Of((ReadOnlySpan<ulong>)_ids));
        writer.Write(ByteView.Of((ReadOnlySpan<float>)_values));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TableChanges Restore(BinaryReader reader)
    {
        int width = reader.ReadInt32();
        ulong[] ids = new ulong[reader.ReadInt32()];
        float[] values = new float[ids.Length * width];
        reader.BaseStream.ReadExactly(ByteView.Of(ids.AsSpan()));
        reader.BaseStream.ReadExactly(ByteView.Of(values.AsSpan()));
        return new TableChanges(ids, values, width);
    }
}
