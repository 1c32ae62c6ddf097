using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Freshet.Native.Memory;

/// <summary>Rows of floats in native memory that never move: a table that grows while others read it.</summary>
/// <remarks>
/// <para>
/// Blocks of a power of two rows. The first is about 1 KiB, the second as large; then each is as large as all before it, up to 16 to
/// 32 MiB; from there on all are of that size. So a table of seven rows is small, one of millions wastes little, and growing is one
/// allocation: nothing is copied, nothing cleared. <b>A new row holds whatever its memory held</b>: the owner writes it before it is read.
/// </para>
/// <para>
/// Blocks are aligned to 64 bytes, those of 2 MiB and more to 2 MiB, with huge pages asked for where the system has them.
/// </para>
/// <para>
/// One thread may call <see cref="Reserve"/> while others read and write rows they know of: a row that was reserved is at its place until
/// <see cref="Dispose"/>, which frees everything; a forgotten object is freed by its finalizer. A span of a row is good while the object is
/// reachable.
/// </para>
/// </remarks>
public sealed unsafe class RowBlocks : IDisposable
{
    private const int CacheLine = 64;
    private const int Ahead = 8;
    private const long SmallestBlock = 1 << 10;
    private const long LargestBlock = 32 << 20;

    // Block 0 holds 2^first rows, block k the 2^(first + k − 1) rows from that number on, until blocks hold 2^last.
    private readonly int _first;
    private readonly int _last;

    // Everything that was allocated: blocks, and the tables of their addresses, old ones included.
    private readonly List<nint> _allocations = [];

    // A float*[]: entry k is where row 0 would be if block k reached down to it. Written by the growing thread, read by all.
    private nint _origins;
    private int _tableLength;
    private int _blocks;
    private long _bytes;

    /// <summary>No rows yet.</summary>
    /// <param name="stride">Floats of a row, 0 or more.</param>
    public RowBlocks(int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        Stride = stride;
        long bytes = stride * (long)sizeof(float);
        _first = RowsLog2(SmallestBlock);
        _last = RowsLog2(LargestBlock);

        // Rows without floats are all in the first block.
        int RowsLog2(long block) => bytes == 0 ? 31 : BitOperations.Log2((ulong)Math.Max(1, block / bytes));
    }

    /// <summary>Frees the memory of rows that nobody disposed of.</summary>
    ~RowBlocks() => Free();

    /// <summary>Floats of a row.</summary>
    public int Stride { get; }

    /// <summary>Rows there is room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>Memory reserved. The system provides a page of it when it is first written.</summary>
    public long Bytes => _bytes;

    /// <summary>[<see cref="Stride"/>] the floats of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for such a row.</exception>
    public Span<float> Row(int row)
    {
        if ((uint)row >= (uint)Capacity)
        {
            ThrowOutside(row);
        }

        // SAFETY: row < Capacity, so its block is there and holds Stride floats for it.
        return Stride == 0 ? [] : new Span<float>(Address(row), Stride);
    }

    /// <summary>Makes room for <paramref name="rows"/> rows. No row moves; the content of new ones is undefined.</summary>
    public void Reserve(int rows)
    {
        while (Capacity < rows)
        {
            AddBlock();
        }
    }

    /// <summary>Overwrites the first <paramref name="rows"/> rows with those of <paramref name="source"/>; memory is kept.</summary>
    /// <exception cref="ArgumentException">The strides differ, or <paramref name="source"/> has no room for as many rows.</exception>
    public void CopyFrom(RowBlocks source, int rows)
    {
        ArgumentNullException.ThrowIfNull(source);
        Requires.SameLength(Stride, source.Stride);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, source.Capacity);
        Reserve(rows);
        for (int block = 0; FirstRow(block) < rows; block++)
        {
            // SAFETY: both have this block, and no more of it is copied than it holds: Stride is the same, and so are the blocks.
            long start = FirstRow(block) * Stride, length = (Math.Min(rows, FirstRow(block + 1)) * Stride) - start;
            NativeMemory.Copy(source.Origins[block] + start, Origins[block] + start, (nuint)length * sizeof(float));
        }

        GC.KeepAlive(source);
        GC.KeepAlive(this);
    }

    /// <summary>Overwrites some rows with those of the same numbers of <paramref name="source"/>.</summary>
    /// <exception cref="ArgumentException">The strides differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One of the two has no room for such a row; rows before it were copied.</exception>
    public void CopyFrom(RowBlocks source, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(source);
        Requires.SameLength(Stride, source.Stride);
        uint capacity = (uint)Math.Min(Capacity, source.Capacity);
        for (int j = 0; j < rows.Length; j++)
        {
            if (j + Ahead < rows.Length && (uint)rows[j + Ahead] < capacity)
            {
                Prefetch.Floats(source.Address(rows[j + Ahead]), (uint)Stride);
                Prefetch.Floats(Address(rows[j + Ahead]), (uint)Stride);
            }

            source.Row(rows[j]).CopyTo(Row(rows[j]));
        }

        GC.KeepAlive(source);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where a row is. The caller has checked that <paramref name="row"/> is in [0, <see cref="Capacity"/>).</summary>
    internal float* Address(int row) => Pointers[row];

    /// <summary>What a loop over many rows keeps in registers; good for the rows there is room for now.</summary>
    internal RowPointers Pointers => new(Origins, Stride, _first, _last);

    private float** Origins => (float**)_origins;

    private long FirstRow(int block)
    {
        int doubling = _last - _first;
        return block == 0 ? 0
            : block <= doubling ? 1L << (_first + block - 1)
            : (long)(block - doubling) << _last;
    }

    private void AddBlock()
    {
        long first = FirstRow(_blocks), next = FirstRow(_blocks + 1);
        if (_blocks == _tableLength)
        {
            GrowTable();
        }

        // SAFETY: the origin may lie outside of the block; only addresses of its own rows are ever formed from it.
        Origins[_blocks] = (float*)Allocate(Math.Max(CacheLine, (next - first) * Stride * sizeof(float))) - (first * Stride);
        _blocks++;
        Capacity = (int)Math.Min(int.MaxValue, next);
    }

    private void GrowTable()
    {
        int length = Math.Max(16, 2 * _tableLength);
        var grown = (float**)Allocate(length * sizeof(float*));
        new ReadOnlySpan<nint>(Origins, _blocks).CopyTo(new Span<nint>(grown, length));

        // Readers may go on with the old table, which stays as it is: the rows they know of are at the same place.
        Volatile.Write(ref _origins, (nint)grown);
        _tableLength = length;
    }

    private void* Allocate(long bytes)
    {
        bool isLarge = bytes >= HugePages.Size;
        void* block = NativeMemory.AlignedAlloc((nuint)bytes, (nuint)(isLarge ? HugePages.Size : CacheLine));
        if (isLarge)
        {
            HugePages.Ask(block, (nuint)bytes);
        }

        _allocations.Add((nint)block);
        _bytes += bytes;
        GC.AddMemoryPressure(bytes);
        return block;
    }

    private void Free()
    {
        foreach (nint allocation in _allocations)
        {
            NativeMemory.AlignedFree((void*)allocation);
        }

        if (_bytes > 0)
        {
            GC.RemoveMemoryPressure(_bytes);
        }

        _allocations.Clear();
        (_origins, _tableLength, _blocks, _bytes, Capacity) = (0, 0, 0, 0, 0);
    }

    [DoesNotReturn]
    private void ThrowOutside(int row) =>
        throw new ArgumentOutOfRangeException(nameof(row), $"There is no row {row} in blocks of {Capacity} rows.");
}
