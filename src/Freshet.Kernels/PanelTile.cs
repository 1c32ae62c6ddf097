using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>The innermost product: a tile of C, eight rows of one panel, stays in registers while k runs.</summary>
/// <remarks>
/// Each element is summed along k in order, one fused multiply-add after the other, starting from 0 or from what C holds: the same bits at
/// every vector width. Eight rows of two 512-bit vectors, or four rows of two narrower vectors at a time: 16 and 8 accumulators, which is
/// what 32 and 16 registers hold beside the operands, and enough to hide the latency of a fused multiply-add. The accumulators are locals,
/// because an array of them would live in memory. Optimised at the first call: an increment is over before the runtime would notice.
/// </remarks>
internal static unsafe class PanelTile
{
    /// <summary>C [8 × width] (+)= A [8 × K]·panel [K × width].</summary>
    public static void Run(in TileSource a, float* panel, int width, bool accumulate, float* c, nint cStride)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (width == PanelMatrix.Wide)
            {
                Wide512(a, panel, accumulate, c, cStride);
            }
            else
            {
                Narrow512(a, panel, accumulate, c, cStride);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            FourRows<Lanes256>(a, panel, width, accumulate, c, cStride);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            FourRows<Lanes128>(a, panel, width, accumulate, c, cStride);
        }
        else
        {
            FourRows<ScalarLane>(a, panel, width, accumulate, c, cStride);
        }
    }

    /// <summary>C [8 × 32] (+)= A [8 × K]·panel [K × 32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide512(in TileSource a, float* panel, bool accumulate, float* c, nint cStride)
    {
        float* a0 = a.Start;
        float* a1 = a.Start + a.RowStride;
        float* a2 = a.Start + (2 * a.RowStride);
        float* a3 = a.Start + (3 * a.RowStride);
        float* a4 = a.Start + (4 * a.RowStride);
        float* a5 = a.Start + (5 * a.RowStride);
        float* a6 = a.Start + (6 * a.RowStride);
        float* a7 = a.Start + (7 * a.RowStride);
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
            l0 = Vector512.Load(c + (cStride * 0));
            h0 = Vector512.Load(c + (cStride * 0) + 16);
            l1 = Vector512.Load(c + (cStride * 1));
            h1 = Vector512.Load(c + (cStride * 1) + 16);
            l2 = Vector512.Load(c + (cStride * 2));
            h2 = Vector512.Load(c + (cStride * 2) + 16);
            l3 = Vector512.Load(c + (cStride * 3));
            h3 = Vector512.Load(c + (cStride * 3) + 16);
            l4 = Vector512.Load(c + (cStride * 4));
            h4 = Vector512.Load(c + (cStride * 4) + 16);
            l5 = Vector512.Load(c + (cStride * 5));
            h5 = Vector512.Load(c + (cStride * 5) + 16);
            l6 = Vector512.Load(c + (cStride * 6));
            h6 = Vector512.Load(c + (cStride * 6) + 16);
            l7 = Vector512.Load(c + (cStride * 7));
            h7 = Vector512.Load(c + (cStride * 7) + 16);
        }

        nint at = 0, step = a.Step;
        for (int left = a.Depth; left > 0; left -= a.BlockLength)
        {
            int length = Math.Min(left, a.BlockLength);
            for (float* end = panel + ((nint)length * 32); panel < end; panel += 32, at += step)
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

            at += a.BlockStride - (length * step);
        }

        l0.Store(c + (cStride * 0));
        h0.Store(c + (cStride * 0) + 16);
        l1.Store(c + (cStride * 1));
        h1.Store(c + (cStride * 1) + 16);
        l2.Store(c + (cStride * 2));
        h2.Store(c + (cStride * 2) + 16);
        l3.Store(c + (cStride * 3));
        h3.Store(c + (cStride * 3) + 16);
        l4.Store(c + (cStride * 4));
        h4.Store(c + (cStride * 4) + 16);
        l5.Store(c + (cStride * 5));
        h5.Store(c + (cStride * 5) + 16);
        l6.Store(c + (cStride * 6));
        h6.Store(c + (cStride * 6) + 16);
        l7.Store(c + (cStride * 7));
        h7.Store(c + (cStride * 7) + 16);
    }

    /// <summary>C [8 × 16] (+)= A [8 × K]·panel [K × 16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow512(in TileSource a, float* panel, bool accumulate, float* c, nint cStride)
    {
        float* a0 = a.Start;
        float* a1 = a.Start + a.RowStride;
        float* a2 = a.Start + (2 * a.RowStride);
        float* a3 = a.Start + (3 * a.RowStride);
        float* a4 = a.Start + (4 * a.RowStride);
        float* a5 = a.Start + (5 * a.RowStride);
        float* a6 = a.Start + (6 * a.RowStride);
        float* a7 = a.Start + (7 * a.RowStride);
        Vector512<float> l0 = default;
        Vector512<float> l1 = default;
        Vector512<float> l2 = default;
        Vector512<float> l3 = default;
        Vector512<float> l4 = default;
        Vector512<float> l5 = default;
        Vector512<float> l6 = default;
        Vector512<float> l7 = default;
        if (accumulate)
        {
            l0 = Vector512.Load(c + (cStride * 0));
            l1 = Vector512.Load(c + (cStride * 1));
            l2 = Vector512.Load(c + (cStride * 2));
            l3 = Vector512.Load(c + (cStride * 3));
            l4 = Vector512.Load(c + (cStride * 4));
            l5 = Vector512.Load(c + (cStride * 5));
            l6 = Vector512.Load(c + (cStride * 6));
            l7 = Vector512.Load(c + (cStride * 7));
        }

        nint at = 0, step = a.Step;
        for (int left = a.Depth; left > 0; left -= a.BlockLength)
        {
            int length = Math.Min(left, a.BlockLength);
            for (float* end = panel + ((nint)length * 16); panel < end; panel += 16, at += step)
            {
                Vector512<float> low = Vector512.Load(panel);
                var x0 = Vector512.Create(a0[at]);
                l0 = Vector512.FusedMultiplyAdd(x0, low, l0);
                var x1 = Vector512.Create(a1[at]);
                l1 = Vector512.FusedMultiplyAdd(x1, low, l1);
                var x2 = Vector512.Create(a2[at]);
                l2 = Vector512.FusedMultiplyAdd(x2, low, l2);
                var x3 = Vector512.Create(a3[at]);
                l3 = Vector512.FusedMultiplyAdd(x3, low, l3);
                var x4 = Vector512.Create(a4[at]);
                l4 = Vector512.FusedMultiplyAdd(x4, low, l4);
                var x5 = Vector512.Create(a5[at]);
                l5 = Vector512.FusedMultiplyAdd(x5, low, l5);
                var x6 = Vector512.Create(a6[at]);
                l6 = Vector512.FusedMultiplyAdd(x6, low, l6);
                var x7 = Vector512.Create(a7[at]);
                l7 = Vector512.FusedMultiplyAdd(x7, low, l7);
            }

            at += a.BlockStride - (length * step);
        }

        l0.Store(c + (cStride * 0));
        l1.Store(c + (cStride * 1));
        l2.Store(c + (cStride * 2));
        l3.Store(c + (cStride * 3));
        l4.Store(c + (cStride * 4));
        l5.Store(c + (cStride * 5));
        l6.Store(c + (cStride * 6));
        l7.Store(c + (cStride * 7));
    }

    private static void FourRows<TLanes>(in TileSource a, float* panel, int width, bool accumulate, float* c, nint cStride)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int row = 0; row < PanelMatrix.RowStep; row += 4)
        {
            for (int column = 0; column < width; column += 2 * TLanes.Count)
            {
                Quarter<TLanes>(a.Skip(row), panel + column, width, accumulate, c + (cStride * row) + column, cStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quarter<TLanes>(in TileSource a, float* panel, int width, bool accumulate, float* c, nint cStride)
        where TLanes : struct, ILanes<TLanes>
    {
        float* c0 = c, c1 = c + cStride, c2 = c + (2 * cStride), c3 = c + (3 * cStride);
        float* a0 = a.Start, a1 = a0 + a.RowStride, a2 = a1 + a.RowStride, a3 = a2 + a.RowStride;
        nint at = 0, step = a.Step;
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

        for (int left = a.Depth; left > 0; left -= a.BlockLength)
        {
            int length = Math.Min(left, a.BlockLength);
            for (float* end = panel + ((nint)length * width); panel < end; panel += width, at += step)
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

            at += a.BlockStride - (length * step);
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
