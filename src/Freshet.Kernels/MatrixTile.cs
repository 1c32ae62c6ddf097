using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>The innermost product: a tile of C stays in registers while k runs.</summary>
/// <remarks>
/// Eight rows of two 512-bit vectors, or twice four rows of two narrower vectors: 16 and 8 accumulators, which is what 32 and 16
/// registers hold beside the operands, and enough to hide the latency of a fused multiply-add. The accumulators are locals,
/// because an array of them would live in memory.
/// </remarks>
internal static unsafe class MatrixTile
{
    /// <summary>C [8 × 32] (+)= A [8 × K]·panel [K × 32].</summary>
    public static void EightRows(in TileSource a, float* panel, int k, bool accumulate, float* c, int cStride)
    {
        float* a0 = a.Row(0);
        float* a1 = a.Row(1);
        float* a2 = a.Row(2);
        float* a3 = a.Row(3);
        float* a4 = a.Row(4);
        float* a5 = a.Row(5);
        float* a6 = a.Row(6);
        float* a7 = a.Row(7);
        nint step = a.ColumnStride, at = 0;
        Vector512<float> l0 = default, h0 = default;
        Vector512<float> l1 = default, h1 = default;
        Vector512<float> l2 = default, h2 = default;
        Vector512<float> l3 = default, h3 = default;
        Vector512<float> l4 = default, h4 = default;
        Vector512<float> l5 = default, h5 = default;
        Vector512<float> l6 = default, h6 = default;
        Vector512<float> l7 = default, h7 = default;
        if (accumulate)
        {
            l0 = Vector512.Load(c + ((long)cStride * 0));
            h0 = Vector512.Load(c + ((long)cStride * 0) + 16);
            l1 = Vector512.Load(c + ((long)cStride * 1));
            h1 = Vector512.Load(c + ((long)cStride * 1) + 16);
            l2 = Vector512.Load(c + ((long)cStride * 2));
            h2 = Vector512.Load(c + ((long)cStride * 2) + 16);
            l3 = Vector512.Load(c + ((long)cStride * 3));
            h3 = Vector512.Load(c + ((long)cStride * 3) + 16);
            l4 = Vector512.Load(c + ((long)cStride * 4));
            h4 = Vector512.Load(c + ((long)cStride * 4) + 16);
            l5 = Vector512.Load(c + ((long)cStride * 5));
            h5 = Vector512.Load(c + ((long)cStride * 5) + 16);
            l6 = Vector512.Load(c + ((long)cStride * 6));
            h6 = Vector512.Load(c + ((long)cStride * 6) + 16);
            l7 = Vector512.Load(c + ((long)cStride * 7));
            h7 = Vector512.Load(c + ((long)cStride * 7) + 16);
        }

        float* end = panel + ((long)k * PackedMatrix.PanelWidth);
        for (; panel < end; panel += PackedMatrix.PanelWidth, at += step)
        {
            Vector512<float> low = Vector512.Load(panel), high = Vector512.Load(panel + 16);
            var x0 = Vector512.Create(a0[at]);
            l0 = Vector512.FusedMultiplyAdd(x0, low, l0);
            h0 = Vector512.FusedMultiplyAdd(x0, high, h0);
            var x1 = Vector512.Create(a1[at]);
            l1 = Vector512.FusedMultiplyAdd(x1, low, l1);
            h1 = Vector512.FusedMultiplyAdd(x1, high, h1);
            var x2 = Vector512.Create(a2[at]);
            l2 = Vector512.FusedMultiplyAdd(x2, low, l2);
            h2 = Vector512.FusedMultiplyAdd(x2, high, h2);
            var x3 = Vector512.Create(a3[at]);
            l3 = Vector512.FusedMultiplyAdd(x3, low, l3);
            h3 = Vector512.FusedMultiplyAdd(x3, high, h3);
            var x4 = Vector512.Create(a4[at]);
            l4 = Vector512.FusedMultiplyAdd(x4, low, l4);
            h4 = Vector512.FusedMultiplyAdd(x4, high, h4);
            var x5 = Vector512.Create(a5[at]);
            l5 = Vector512.FusedMultiplyAdd(x5, low, l5);
            h5 = Vector512.FusedMultiplyAdd(x5, high, h5);
            var x6 = Vector512.Create(a6[at]);
            l6 = Vector512.FusedMultiplyAdd(x6, low, l6);
            h6 = Vector512.FusedMultiplyAdd(x6, high, h6);
            var x7 = Vector512.Create(a7[at]);
            l7 = Vector512.FusedMultiplyAdd(x7, low, l7);
            h7 = Vector512.FusedMultiplyAdd(x7, high, h7);
        }

        l0.Store(c + ((long)cStride * 0));
        h0.Store(c + ((long)cStride * 0) + 16);
        l1.Store(c + ((long)cStride * 1));
        h1.Store(c + ((long)cStride * 1) + 16);
        l2.Store(c + ((long)cStride * 2));
        h2.Store(c + ((long)cStride * 2) + 16);
        l3.Store(c + ((long)cStride * 3));
        h3.Store(c + ((long)cStride * 3) + 16);
        l4.Store(c + ((long)cStride * 4));
        h4.Store(c + ((long)cStride * 4) + 16);
        l5.Store(c + ((long)cStride * 5));
        h5.Store(c + ((long)cStride * 5) + 16);
        l6.Store(c + ((long)cStride * 6));
        h6.Store(c + ((long)cStride * 6) + 16);
        l7.Store(c + ((long)cStride * 7));
        h7.Store(c + ((long)cStride * 7) + 16);
    }

    /// <summary>C [8 × 32] (+)= A [8 × K]·panel [K × 32], four rows and two vectors of <typeparamref name="TLanes"/> at a
    /// time; a tile of at most four rows leaves the lower half of C alone.</summary>
    public static void FourRows<TLanes>(in TileSource a, float* panel, int k, bool accumulate, float* c, int cStride)
        where TLanes : struct, ILanes<TLanes>
    {
        int pair = 2 * TLanes.Count;
        for (int row = 0; row < a.Height; row += 4)
        {
            for (int column = 0; column < PackedMatrix.PanelWidth; column += pair)
            {
                Quarter<TLanes>(a, row, panel + column, k, accumulate, c + ((long)cStride * row) + column, cStride);
            }
        }
    }

    private static void Quarter<TLanes>(
        in TileSource a, int row, float* panel, int k, bool accumulate, float* c, int cStride)
        where TLanes : struct, ILanes<TLanes>
    {
        float* c0 = c, c1 = c + cStride, c2 = c + (2L * cStride), c3 = c + (3L * cStride);
        float* a0 = a.Row(row), a1 = a.Row(row + 1), a2 = a.Row(row + 2), a3 = a.Row(row + 3);
        nint step = a.ColumnStride, at = 0;
        nuint next = (uint)TLanes.Count;
        TLanes l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default, l3 = default, h3 = default;
        if (accumulate)
        {
            l0 = TLanes.Load(ref *c0, 0);
            h0 = TLanes.Load(ref *c0, next);
            l1 = TLanes.Load(ref *c1, 0);
            h1 = TLanes.Load(ref *c1, next);
            l2 = TLanes.Load(ref *c2, 0);
            h2 = TLanes.Load(ref *c2, next);
            l3 = TLanes.Load(ref *c3, 0);
            h3 = TLanes.Load(ref *c3, next);
        }

        float* end = panel + ((long)k * PackedMatrix.PanelWidth);
        for (; panel < end; panel += PackedMatrix.PanelWidth, at += step)
        {
            TLanes low = TLanes.Load(ref *panel, 0), high = TLanes.Load(ref *panel, next);
            TLanes x0 = TLanes.Create(a0[at]);
            l0 = TLanes.FusedMultiplyAdd(x0, low, l0);
            h0 = TLanes.FusedMultiplyAdd(x0, high, h0);
            TLanes x1 = TLanes.Create(a1[at]);
            l1 = TLanes.FusedMultiplyAdd(x1, low, l1);
            h1 = TLanes.FusedMultiplyAdd(x1, high, h1);
            TLanes x2 = TLanes.Create(a2[at]);
            l2 = TLanes.FusedMultiplyAdd(x2, low, l2);
            h2 = TLanes.FusedMultiplyAdd(x2, high, h2);
            TLanes x3 = TLanes.Create(a3[at]);
            l3 = TLanes.FusedMultiplyAdd(x3, low, l3);
            h3 = TLanes.FusedMultiplyAdd(x3, high, h3);
        }

        l0.Store(ref *c0, 0);
        h0.Store(ref *c0, next);
        l1.Store(ref *c1, 0);
        h1.Store(ref *c1, next);
        l2.Store(ref *c2, 0);
        h2.Store(ref *c2, next);
        l3.Store(ref *c3, 0);
        h3.Store(ref *c3, next);
    }
}
