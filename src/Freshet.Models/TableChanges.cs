using Freshet.Embeddings;
using Freshet.Kernels;

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
}
