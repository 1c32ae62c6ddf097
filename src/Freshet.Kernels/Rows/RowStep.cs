using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;
using Freshet.Native;
using Freshet.Native.Memory;

namespace Freshet.Kernels.Rows;

/// <summary>One optimiser step for many rows of a table.</summary>
/// <remarks>
/// <para>
/// Everywhere: <c>rows</c> are [Count] different rows; the gradient of the j-th is
/// <c>gradientScale · sums[j·sumStride + sumOffset ..]</c>. Threads may step different rows of one table at once.
/// </para>
/// <para>Bit-identical on every CPU, and to the same step row by row. Nothing is allocated.</para>
/// <para>
/// Not inlined, here and in the other loops over rows: in a caller that it has merged with others the JIT runs out of its budget for inlining,
/// and then calls the operations on lanes one by one (row-wise Adagrad took 67 ns a row in place of 20, TableRowsBenchmarks).
/// </para>
/// </remarks>
public static unsafe class RowStep
{
    private const int Ahead = 16;

    /// <summary><see cref="Kernels.Adagrad"/> for every row.</summary>
    /// <param name="vectors">Weights; a row is [D].</param>
    /// <param name="state">Accumulators; a row is [D].</param>
    /// <param name="rows">Rows to update.</param>
    /// <param name="sums">Sums of gradients; see above.</param>
    /// <param name="sumStride">Floats from one sum to the next.</param>
    /// <param name="sumOffset">First float of a row's gradient in its sum.</param>
    /// <param name="gradientScale">1, or 1 ÷ batch size for the mean.</param>
    /// <param name="settings">Step size and ε.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A table has no such row; rows before it were updated.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Adagrad(
        RowBlocks vectors, RowBlocks state, ReadOnlySpan<int> rows, ReadOnlySpan<float> sums, int sumStride, int sumOffset,
        float gradientScale, AdagradSettings settings)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(state);
        Require(vectors.Stride, state.Stride, rows, sums, sumStride, sumOffset, vectors.Stride);
        RowPointers w = vectors.Pointers, n = state.Pointers;
        uint capacity = (uint)Math.Min(vectors.Capacity, state.Capacity);
        nuint dim = (uint)vectors.Stride;
        var update = new Scaled<Adagrad.Update>(gradientScale, new Adagrad.Update(settings.LearningRate, 0, settings.Epsilon));
        ref float gradients = ref MemoryMarshal.GetReference(sums);
        for (int j = 0; j < rows.Length; j++)
        {
            Ask(w, vectors.Stride, n, state.Stride, capacity, rows, j + Ahead);
            int row = rows[j];
            if ((uint)row >= capacity)
            {
                ThrowRow(row, capacity);
            }

            // SAFETY: both tables have the row with dim floats, and the sums place j, as Require and the line above have checked.
            RowLoop.Apply(
                ref *w[row], ref *n[row], ref Unsafe.Add(ref gradients, (j * (nint)sumStride) + sumOffset), dim, update);
        }

        GC.KeepAlive(vectors);
        GC.KeepAlive(state);
    }

    /// <summary><see cref="Kernels.RowwiseAdagrad"/> for every row.</summary>
    /// <param name="vectors">Weights; a row is [D].</param>
    /// <param name="state">Accumulators; a row is [1].</param>
    /// <param name="rows">Rows to update.</param>
    /// <param name="sums">Sums of gradients; see above.</param>
    /// <param name="sumStride">Floats from one sum to the next.</param>
    /// <param name="sumOffset">First float of a row's gradient in its sum.</param>
    /// <param name="gradientScale">1, or 1 ÷ batch size for the mean.</param>
    /// <param name="settings">Step size and ε.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A table has no such row; rows before it were updated.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RowwiseAdagrad(
        RowBlocks vectors, RowBlocks state, ReadOnlySpan<int> rows, ReadOnlySpan<float> sums, int sumStride, int sumOffset,
        float gradientScale, AdagradSettings settings)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(state);
        int dim = vectors.Stride;
        Require(1, state.Stride, rows, sums, sumStride, sumOffset, dim);
        RowPointers w = vectors.Pointers, n = state.Pointers;
        uint capacity = (uint)Math.Min(vectors.Capacity, state.Capacity);
        for (int j = 0; j < rows.Length; j++)
        {
            Ask(w, dim, n, 1, capacity, rows, j + Ahead);
            int row = rows[j];
            if ((uint)row >= capacity)
            {
                ThrowRow(row, capacity);
            }

            // SAFETY: both tables have the row, as checked above; w has dim floats of it, n one.
            Kernels.RowwiseAdagrad.Step(
                new Span<float>(w[row], dim), ref *n[row], sums.Slice((j * sumStride) + sumOffset, dim), gradientScale, settings);
        }

        GC.KeepAlive(vectors);
        GC.KeepAlive(state);
    }

    /// <summary><see cref="Kernels.GroupFtrl"/> for every row.</summary>
    /// <param name="vectors">Weights w; a row is [D].</param>
    /// <param name="state">A row is [2D]: z, then n.</param>
    /// <param name="rows">Rows to update.</param>
    /// <param name="sums">Sums of gradients; see above.</param>
    /// <param name="sumStride">Floats from one sum to the next.</param>
    /// <param name="sumOffset">First float of a row's gradient in its sum.</param>
    /// <param name="gradientScale">1, or 1 ÷ batch size for the mean.</param>
    /// <param name="settings">α, β, λ1, λ_G, λ2.</param>
    /// <param name="l1Factors">[Count] what multiplies λ1 and λ_G of each row, or empty for 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A table has no such row; rows before it were updated.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void GroupFtrl(
        RowBlocks vectors, RowBlocks state, ReadOnlySpan<int> rows, ReadOnlySpan<float> sums, int sumStride, int sumOffset,
        float gradientScale, GroupFtrlSettings settings, ReadOnlySpan<float> l1Factors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(state);
        int dim = vectors.Stride;
        Require(2 * dim, state.Stride, rows, sums, sumStride, sumOffset, dim);
        RequireFactors(rows, l1Factors);
        RowPointers w = vectors.Pointers, zn = state.Pointers;
        uint capacity = (uint)Math.Min(vectors.Capacity, state.Capacity);
        for (int j = 0; j < rows.Length; j++)
        {
            Ask(w, dim, zn, 2 * dim, capacity, rows, j + Ahead);
            int row = rows[j];
            if ((uint)row >= capacity)
            {
                ThrowRow(row, capacity);
            }

            // SAFETY: both tables have the row, as checked above; w has dim floats of it, zn twice as many.
            Kernels.GroupFtrl.Step(
                new Span<float>(w[row], dim), new Span<float>(zn[row], dim), new Span<float>(zn[row] + dim, dim),
                sums.Slice((j * sumStride) + sumOffset, dim), gradientScale, settings, l1Factors.IsEmpty ? 1 : l1Factors[j]);
        }

        GC.KeepAlive(vectors);
        GC.KeepAlive(state);
    }

    /// <summary><see cref="Kernels.Ftrl"/> for the wide weights of every row.</summary>
    /// <param name="wide">A row is [3T]: w, z, n.</param>
    /// <param name="rows">Rows to update.</param>
    /// <param name="sums">Sums of gradients; see above.</param>
    /// <param name="sumStride">Floats from one sum to the next.</param>
    /// <param name="sumOffset">First float of a row's gradient in its sum.</param>
    /// <param name="gradientScale">1, or 1 ÷ batch size for the mean.</param>
    /// <param name="settings">α, β, λ1, λ2.</param>
    /// <param name="l1Factors">[Count] what multiplies λ1 of each row, or empty for 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row; rows before it were updated.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Ftrl(
        RowBlocks wide, ReadOnlySpan<int> rows, ReadOnlySpan<float> sums, int sumStride, int sumOffset, float gradientScale,
        FtrlSettings settings, ReadOnlySpan<float> l1Factors)
    {
        ArgumentNullException.ThrowIfNull(wide);
        int tasks = wide.Stride / 3;
        Require(3 * tasks, wide.Stride, rows, sums, sumStride, sumOffset, tasks);
        RequireFactors(rows, l1Factors);
        if (tasks == 0)
        {
            return;
        }

        RowPointers pointers = wide.Pointers;
        uint capacity = (uint)wide.Capacity;
        ref float gradients = ref MemoryMarshal.GetReference(sums);
        for (int j = 0; j < rows.Length; j++)
        {
            Ask(pointers, wide.Stride, pointers, 0, capacity, rows, j + Ahead);
            int row = rows[j];
            if ((uint)row >= capacity)
            {
                ThrowRow(row, capacity);
            }

            // SAFETY: the table has the row, and the sums place j, as Require and the line above have checked.
            Ftrl(
                ref *pointers[row], ref Unsafe.Add(ref gradients, (j * (nint)sumStride) + sumOffset), tasks, gradientScale, settings,
                l1Factors.IsEmpty ? settings.L1 : settings.L1 * l1Factors[j]);
        }

        GC.KeepAlive(wide);
    }

    // SAFETY: row has 3·tasks floats, gradient has tasks; loads and stores are at [t, t + Count) of each third, t + Count <= tasks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ftrl(ref float row, ref float gradient, int tasks, float scale, FtrlSettings settings, float l1)
    {
        int t = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; t + 4 <= tasks; t += 4)
            {
                Four(ref row, ref gradient, t, tasks, 4, scale, settings, l1);
            }

            if (t < tasks)
            {
                Four(ref row, ref gradient, t, tasks, tasks - t, scale, settings, l1);
            }

            return;
        }

        for (; t < tasks; t++)
        {
            ref float at = ref Unsafe.Add(ref row, t);
            ScalarLane w = new(at), z = new(Unsafe.Add(ref at, tasks)), n = new(Unsafe.Add(ref at, 2 * tasks));
            Kernels.Ftrl.Apply(ref w, ref z, ref n, new ScalarLane(scale * Unsafe.Add(ref gradient, t)), new ScalarLane(l1), settings);
            w.Store(ref at, 0);
            z.Store(ref at, (uint)tasks);
            n.Store(ref at, 2 * (uint)tasks);
        }
    }

    // One to four weights at once. Lanes beyond count hold 0, and whatever becomes of them is not stored.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        ref float row, ref float gradient, int t, int tasks, int count, float scale, FtrlSettings settings, float l1)
    {
        ref float at = ref Unsafe.Add(ref row, t);
        Lanes128 w = Load(ref at, count), z = Load(ref Unsafe.Add(ref at, tasks), count), n = Load(ref Unsafe.Add(ref at, 2 * tasks), count);
        Lanes128 g = Lanes128.Create(scale) * Load(ref Unsafe.Add(ref gradient, t), count);
        Kernels.Ftrl.Apply(ref w, ref z, ref n, g, Lanes128.Create(l1), settings);
        Store(w, ref at, count);
        Store(z, ref Unsafe.Add(ref at, tasks), count);
        Store(n, ref Unsafe.Add(ref at, 2 * tasks), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes128 Load(ref float source, int count) =>
        count == 4 ? Lanes128.Load(ref source, 0) : new(FewFloats.Load(ref source, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Lanes128 value, ref float destination, int count)
    {
        if (count == 4)
        {
            value.Store(ref destination, 0);
        }
        else
        {
            FewFloats.Store(Unsafe.BitCast<Lanes128, Vector128<float>>(value), ref destination, count);
        }
    }

    private static void Require(
        int expected, int stride, ReadOnlySpan<int> rows, ReadOnlySpan<float> sums, int sumStride, int sumOffset, int width)
    {
        if (expected != stride)
        {
            throw new ArgumentException($"The state of these rows has {stride} floats; this step needs {expected}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(sumOffset);
        Rectangle.Require(sums.Length - sumOffset, rows.Length, width, sumStride);
    }

    private static void RequireFactors(ReadOnlySpan<int> rows, ReadOnlySpan<float> l1Factors)
    {
        if (!l1Factors.IsEmpty)
        {
            Requires.SameLength(rows.Length, l1Factors.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(
        RowPointers first, int firstFloats, RowPointers second, int secondFloats, uint capacity, ReadOnlySpan<int> rows, int j)
    {
        if (j < rows.Length && (uint)rows[j] < capacity)
        {
            Prefetch.Floats(first[rows[j]], (uint)firstFloats);
            Prefetch.Floats(second[rows[j]], (uint)secondFloats);
        }
    }

    [DoesNotReturn]
    private static void ThrowRow(int row, uint capacity) => throw new ArgumentOutOfRangeException(
        nameof(row), $"There is no row {row} in blocks of {capacity} rows.");

    /// <summary>A formula that is given its gradient times a factor.</summary>
    private readonly struct Scaled<TUpdate>(float scale, TUpdate update) : IPairUpdate
        where TUpdate : struct, IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes first, ref TLanes second, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => update.Invoke(ref first, ref second, TLanes.Create(scale) * operand);
    }
}
