namespace Freshet.Features.Keys;

/// <summary>Cells of one struct in chunks that never move: growing copies nothing, and returned cells are used again.</summary>
internal sealed class CellPool<T>
    where T : struct
{
    private const int ChunkBits = 8;
    private T[][] _chunks = [];
    private int[] _free = new int[16];
    private int _freeCount;

    /// <summary>Cells ever handed out; every index in use is below it.</summary>
    public int HighWater { get; private set; }

    /// <summary>The cell at <paramref name="index"/>.</summary>
    public ref T this[int index] => ref _chunks[index >> ChunkBits][index & ((1 << ChunkBits) - 1)];

    /// <summary>A cell with its default value.</summary>
    public int Rent()
    {
        if (_freeCount > 0)
        {
            return _free[--_freeCount];
        }

        if (HighWater >> ChunkBits == _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length + 1 + (_chunks.Length / 2));
        }

        _chunks[HighWater >> ChunkBits] ??= new T[1 << ChunkBits];
        return HighWater++;
    }

    /// <summary>Takes a cell back and sets it to its default value.</summary>
    public void Return(int index)
    {
        this[index] = default;
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, _free.Length * 2);
        }

        _free[_freeCount++] = index;
    }

    /// <summary>Takes all cells back.</summary>
    public void Clear()
    {
        _chunks = [];
        _freeCount = 0;
        HighWater = 0;
    }
}
