using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Freshet.Kernels.Lanes;
using Freshet.Native;
using Freshet.Native.Memory;

namespace Freshet.Kernels.Rows;

/// <summary>
/// Reads many rows of a table into a matrix. Memory is asked for ahead, so that its latency is waited for once and not per row.
/// </summary>
/// <remarks>Bit-identical on every CPU. Nothing is allocated. Any number of threads may read one table.</remarks>
public static unsafe class RowGather
{
    /// <summary>Rows between the one that is read and the one that is asked for.</summary>
    private const int Ahead = 32;

    /// <summary><c>destination[j·stride .. + width] = rows[indices[j]][rowOffset .. + width]</c>; zeros where the index is −1.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="indices">[Count] rows; −1 for an id without one.</param>
    /// <param name="rowOffset">First float of a row to read.</param>
    /// <param name="width">Floats of a row to read.</param>
    /// <param name="destination">[≥ (Count − 1)·stride + width], written at the said places only.</param>
    /// <param name="stride">Floats from one row of the destination to the next, ≥ <paramref name="width"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is that of no row; rows before it were copied.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Copy(
        RowBlocks rows, ReadOnlySpan<int> indices, int rowOffset, int width, Span<float> destination, int stride)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Rectangle.Require(rows, rowOffset, width);
        Rectangle.Require(destination.Length, indices.Length, width, stride);
        RowPointers pointers = rows.Pointers;
        uint capacity = (uint)rows.Capacity;
        ref float target = ref MemoryMarshal.GetReference(destination);
        for (int j = 0; j < indices.Length; j++)
        {
            if (j + Ahead < indices.Length && (uint)indices[j + Ahead] < capacity)
            {
                Prefetch.Floats(pointers[indices[j + Ahead]] + rowOffset, (uint)width);
            }

            // SAFETY: place j lies in the destination and row in the blocks, both with width floats, as checked above and here.
            int row = indices[j];
            ref float place = ref Unsafe.Add(ref target, j * (nint)stride);
            if ((uint)row < capacity)
            {
                RowLoop.Apply(ref place, ref pointers[row][rowOffset], (uint)width, default(Copying));
            }
            else
            {
                RequireNone(row, rows);
                MemoryMarshal.CreateSpan(ref place, width).Clear();
            }
        }

        GC.KeepAlive(rows);
    }

    /// <summary>
    /// <c>destination[owners[j]·stride .. + width] += rows[indices[j]][rowOffset .. + width]</c>, in order of j; −1 adds nothing.
    /// </summary>
    /// <param name="rows">The table.</param>
    /// <param name="indices">[Count] rows; −1 for an id without one.</param>
    /// <param name="owners">[Count] row of the destination that takes the sum: the sample whose bag the id is in.</param>
    /// <param name="rowOffset">First float of a row to read.</param>
    /// <param name="width">Floats of a row to read.</param>
    /// <param name="destination">Added to; long enough for every owner.</param>
    /// <param name="stride">Floats from one row of the destination to the next, ≥ <paramref name="width"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is that of no row, or an owner outside; what came before it was added.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(
        RowBlocks rows, ReadOnlySpan<int> indices, ReadOnlySpan<int> owners, int rowOffset, int width, Span<float> destination,
        int stride)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Requires.SameLength(indices.Length, owners.Length);
        Rectangle.Require(rows, rowOffset, width);
        uint samples = (uint)Rectangle.Rows(destination.Length, width, stride);
        RowPointers pointers = rows.Pointers;
        uint capacity = (uint)rows.Capacity;
        ref float target = ref MemoryMarshal.GetReference(destination);
        for (int j = 0; j < indices.Length; j++)
        {
            if (j + Ahead < indices.Length && (uint)indices[j + Ahead] < capacity)
            {
                Prefetch.Floats(pointers[indices[j + Ahead]] + rowOffset, (uint)width);
            }

            int row = indices[j], owner = owners[j];
            if ((uint)row >= capacity)
            {
                RequireNone(row, rows);
                continue;
            }

            if ((uint)owner >= samples)
            {
                ThrowOwner(owner, samples);
            }

            // SAFETY: owner and row are inside, both with width floats, as checked above and here.
            RowLoop.Apply(
                ref Unsafe.Add(ref target, owner * (nint)stride), ref pointers[row][rowOffset], (uint)width, default(Addition));
        }

        GC.KeepAlive(rows);
    }

    private static void RequireNone(int row, RowBlocks rows)
    {
        if (row != -1)
        {
            ThrowRow(row, rows);
        }
    }

    [DoesNotReturn]
    private static void ThrowRow(int row, RowBlocks rows) => throw new ArgumentOutOfRangeException(
        nameof(row), $"There is no row {row} in blocks of {rows.Capacity} rows; −1 stands for none.");

    [DoesNotReturn]
    private static void ThrowOwner(int owner, uint samples) => throw new ArgumentOutOfRangeException(
        nameof(owner), $"Owner {owner} is outside of a matrix of {samples} rows.");

    private readonly struct Copying : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target = operand;
    }

    private readonly struct Addition : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target += operand;
    }
}
