using Freshet.Core;
using Freshet.Native.Memory;

namespace Freshet.Embeddings;

/// <summary>Copies of rows, one after the other.</summary>
/// <param name="width">Floats of all parts of a row.</param>
internal sealed class SavedRows(int width) : IDisposable
{
    private readonly RowBlocks _copies = new(width);
    private int[] _rows = [];

    /// <summary>Floats of a copy.</summary>
    public int Width => width;

    /// <summary>Copies.</summary>
    public int Count { get; private set; }

    /// <summary>Memory it holds.</summary>
    public long Bytes => _copies.Bytes + (_rows.LongLength * sizeof(int));

    /// <summary>[<see cref="Width"/>] a copy.</summary>
    public Span<float> this[int index] => _copies.Row(index);

    /// <summary>The row that a copy is of.</summary>
    public int RowAt(int index) => _rows[index];

    /// <summary>[<see cref="Width"/>] room for the copy of a row, to be written.</summary>
    public Span<float> Add(int row)
    {
        GrowingArray.Reserve(ref _rows, Count + 1);
        _copies.Reserve(Count + 1);
        _rows[Count] = row;
        return _copies.Row(Count++);
    }

    /// <summary>Removes all; memory is kept.</summary>
    public void Clear() => Count = 0;

    public void Dispose() => _copies.Dispose();
}
