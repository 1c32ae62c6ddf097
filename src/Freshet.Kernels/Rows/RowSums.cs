using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;
using Freshet.Native;
using Freshet.Native.Memory;

namespace Freshet.Kernels.Rows;

/// <summary>
/// Sums of many small vectors by row: the gradient of one batch in one table, one sum for each row however often it was used.
/// </summary>
/// <remarks>
/// <para>
/// The rows of a table can be dealt to several of these: part p of P takes the rows whose number is p modulo P, and its thread passes
/// over the others. A row's sum runs in the order of its occurrences whatever P is, so the bits of the result do not depend on P.
/// </para>
/// <para>
/// Use: <see cref="Begin"/>; then <see cref="Add"/>, or <see cref="Use(ReadOnlySpan{int}, Span{int})"/> once and
/// <see cref="AddAt"/> for every source. Bit-identical on every CPU. Buffers are kept: nothing is allocated in steady state. One thread.
/// </para>
/// </remarks>
public sealed unsafe class RowSums : IDisposable
{
    private const int Chunk = 128;
    private const int Ahead = 16;
    private readonly int _shift;

    // A sparse set: row r is in use if its mark m is below _count and _rows[m] is r. Marks are never cleared, nor set at first: any
    // number will do for a row that is not in use.
    private readonly RowBlocks _marks = new(1);
    private readonly AlignedBuffer _sums = new();
    private int[] _rows = new int[64];
    private int _count;
    private int _tableRows;

    /// <summary>No sums yet.</summary>
    /// <param name="width">Floats of a sum.</param>
    /// <param name="part">Which rows: those whose number is this modulo <paramref name="parts"/>.</param>
    /// <param name="parts">A power of two.</param>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public RowSums(int width, int part = 0, int parts = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if (parts < 1 || (parts & (parts - 1)) != 0 || (uint)part >= (uint)parts)
        {
            throw new ArgumentException($"There is no part {part} of {parts}; use a power of two of parts, numbered from 0.");
        }

        (Width, Part, Parts) = (width, part, parts);
        Stride = (width + 3) & ~3;
        _shift = System.Numerics.BitOperations.Log2((uint)parts);
    }

    /// <summary>Floats of a sum.</summary>
    public int Width { get; }

    /// <summary>Floats from one sum to the next: <see cref="Width"/>, rounded up to a multiple of 4.</summary>
    public int Stride { get; }

    /// <summary>Which part of the rows this has.</summary>
    public int Part { get; }

    /// <summary>How many parts the rows are dealt to.</summary>
    public int Parts { get; }

    /// <summary>The rows in use, in the order of their first use.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>[<see cref="Rows"/> × <see cref="Stride"/>] their sums. Good until the next row is used.</summary>
    public Span<float> Sums => _sums.Slice(0, _count * Stride);

    /// <summary>[<see cref="Width"/>] the sum at a place. Good until the next row is used.</summary>
    public Span<float> this[int place] => Sums.Slice(place * Stride, Width);

    /// <summary>Forgets the last batch. Rows below <paramref name="tableRows"/> may be used now.</summary>
    public void Begin(int tableRows)
    {
        _count = 0;
        _tableRows = tableRows;
        _marks.Reserve((int)(((long)tableRows + Parts - 1) >> _shift));
    }

    /// <summary>The place of a row's sum in this batch; it is 0 when the row is used first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row, or it is of another part.</exception>
    public int Use(int row)
    {
        if ((uint)row >= (uint)_tableRows || (row & (Parts - 1)) != Part)
        {
            ThrowRow(row);
        }

        return PlaceOf((int*)_marks.Address(row >> _shift), row);
    }

    /// <summary>The places of many rows: −1 for −1 and for the rows of other parts.</summary>
    /// <param name="rows">[Count] rows in order of their occurrence; −1 for none.</param>
    /// <param name="places">[Count], written.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row.</exception>
    public void Use(ReadOnlySpan<int> rows, Span<int> places)
    {
        Requires.SameLength(rows.Length, places.Length);
        UseNext(rows, 0, places);
    }

    /// <summary>
    /// <c>sum of rows[j] += scales[owners[j]] · source[owners[j]·stride .. + width]</c> from <paramref name="sumOffset"/> on, in order of
    /// j, for the rows of this part; −1 adds nothing.
    /// </summary>
    /// <param name="rows">[Count] rows in order of their occurrence; −1 for none.</param>
    /// <param name="owners">[Count] row of the source for each occurrence, or empty: occurrence j has row j.</param>
    /// <param name="source">What is added: gradients, one row for each sample.</param>
    /// <param name="stride">Floats from one row of the source to the next, ≥ <paramref name="width"/>.</param>
    /// <param name="scales">A factor for each row of the source, or empty for 1.</param>
    /// <param name="sumOffset">First float of the sum to add to.</param>
    /// <param name="width">Floats to add.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or owner; what came before it was added.</exception>
    public void Add(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> owners, ReadOnlySpan<float> source, int stride, ReadOnlySpan<float> scales,
        int sumOffset, int width)
    {
        Span<int> places = stackalloc int[Chunk];
        for (int start = 0; start < rows.Length; start += Chunk)
        {
            Span<int> chunk = places[..Math.Min(Chunk, rows.Length - start)];
            UseNext(rows, start, chunk);
            AddChunk(chunk, start, owners, source, stride, scales, sumOffset, width);
        }
    }

    /// <summary>As <see cref="Add"/>, where the places are known from <see cref="Use(ReadOnlySpan{int}, Span{int})"/>.</summary>
    /// <param name="places">[Count] places of this batch; −1 adds nothing.</param>
    /// <param name="owners">[Count] row of the source for each occurrence, or empty: occurrence j has row j.</param>
    /// <param name="source">What is added.</param>
    /// <param name="stride">Floats from one row of the source to the next, ≥ <paramref name="width"/>.</param>
    /// <param name="scales">A factor for each row of the source, or empty for 1.</param>
    /// <param name="sumOffset">First float of the sum to add to.</param>
    /// <param name="width">Floats to add.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place or owner; what came before it was added.</exception>
    public void AddAt(
        ReadOnlySpan<int> places, ReadOnlySpan<int> owners, ReadOnlySpan<float> source, int stride, ReadOnlySpan<float> scales,
        int sumOffset, int width) => AddChunk(places, 0, owners, source, stride, scales, sumOffset, width);

    /// <summary>
    /// Whether every sum is below <paramref name="limit"/> in size; none is where one is NaN. Infinity asks whether all are finite.
    /// </summary>
    public bool AllBelow(float limit)
    {
        // Padding between sums is 0, and so never in the way.
        ReadOnlySpan<float> sums = Sums;
        ref float s = ref MemoryMarshal.GetReference(sums);
        nuint i = 0, end = (uint)sums.Length;

        // SAFETY: every load is at [i, i + Count) with i + Count <= end.
        if (Vector512.IsHardwareAccelerated)
        {
            for (; end - i >= 16; i += 16)
            {
                if (!Vector512.LessThanAll(Vector512.Abs(Vector512.LoadUnsafe(ref s, i)), Vector512.Create(limit)))
                {
                    return false;
                }
            }
        }

        for (; end - i >= 4; i += 4)
        {
            if (!Vector128.LessThanAll(Vector128.Abs(Vector128.LoadUnsafe(ref s, i)), Vector128.Create(limit)))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _count = 0;
        _marks.Dispose();
        _sums.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UseNext(ReadOnlySpan<int> rows, int start, Span<int> places)
    {
        RowPointers marks = _marks.Pointers;
        (int last, int part, int shift, uint tableRows) = (Parts - 1, Part, _shift, (uint)_tableRows);
        for (int k = 0; k < places.Length; k++)
        {
            int next = start + k + Ahead;
            if (next < rows.Length && (uint)rows[next] < tableRows && (rows[next] & last) == part)
            {
                Prefetch.Line(marks[rows[next] >> shift]);
            }

            int row = rows[start + k];
            if ((uint)row < tableRows)
            {
                places[k] = (row & last) == part ? PlaceOf((int*)marks[row >> shift], row) : -1;
            }
            else
            {
                if (row != -1)
                {
                    ThrowRow(row);
                }

                places[k] = -1;
            }
        }

        GC.KeepAlive(this);
    }

    // SAFETY: the mark is that of the row, which is below _tableRows and of this part, so Begin reserved it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(int* mark, int row)
    {
        int place = *mark;
        if ((uint)place < (uint)_count && _rows[place] == row)
        {
            return place;
        }

        *mark = _count;
        return Start(row, _count++);
    }

    private int Start(int row, int place)
    {
        if (place == _rows.Length)
        {
            Array.Resize(ref _rows, 2 * place);
        }

        if ((long)_count * Stride > _sums.Length)
        {
            _sums.Grow((long)_rows.Length * Stride);
        }

        _rows[place] = row;
        _sums.Slice((long)place * Stride, Stride).Clear();
        return place;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddChunk(
        ReadOnlySpan<int> places, int first, ReadOnlySpan<int> owners, ReadOnlySpan<float> source, int stride, ReadOnlySpan<float> scales,
        int sumOffset, int width)
    {
        if (sumOffset < 0 || width < 0 || sumOffset > Width - width)
        {
            ThrowWidth(sumOffset, width);
        }

        uint samples = (uint)Rectangle.Rows(source.Length, width, stride);
        ref float values = ref MemoryMarshal.GetReference(source);
        float* sums = _sums.Pointer + sumOffset;
        for (int k = 0; k < places.Length; k++)
        {
            if (k + Ahead < places.Length && places[k + Ahead] >= 0)
            {
                Prefetch.Floats(sums + (places[k + Ahead] * (nint)Stride), (uint)width);
            }

            int place = places[k], owner = owners.IsEmpty ? first + k : owners[first + k];
            if (place == -1)
            {
                continue;
            }

            if ((uint)place >= (uint)_count || (uint)owner >= samples)
            {
                ThrowOwner(place, owner, samples);
            }

            // SAFETY: place and owner are inside, both with width floats, as checked above and here.
            RowLoop.Apply(
                ref sums[place * (nint)Stride], ref Unsafe.Add(ref values, owner * (nint)stride), (uint)width,
                new ScaledAddition(scales.IsEmpty ? 1 : scales[owner]));
        }

        GC.KeepAlive(this);
    }

    [DoesNotReturn]
    private void ThrowRow(int row) => throw new ArgumentOutOfRangeException(
        nameof(row), $"Row {row} is not one of part {Part} of {Parts} of a table of {_tableRows} rows.");

    [DoesNotReturn]
    private void ThrowOwner(int place, int owner, uint samples) => throw new ArgumentOutOfRangeException(
        nameof(owner), $"Place {place} of {_count} or owner {owner} of {samples} is outside.");

    [DoesNotReturn]
    private void ThrowWidth(int sumOffset, int width) => throw new ArgumentException(
        $"Floats {sumOffset} to {sumOffset + (long)width} are not all in sums of {Width}.");

    private readonly struct ScaledAddition(float scale) : ISingleUpdate
    {
        // With a scale of 1 the rounding is that of a plain sum.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> =>
            target = TLanes.FusedMultiplyAdd(TLanes.Create(scale), operand, target);
    }
}
