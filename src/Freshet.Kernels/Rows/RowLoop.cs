using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels.Rows;

/// <summary>
/// The loop over the floats of one row, inlined into the loops over rows: widest vectors first, then narrower, then one by one.
/// </summary>
/// <remarks><see cref="Elementwise"/> is the same for whole spans; a call of it costs as much as a short row.</remarks>
internal static class RowLoop
{
    /// <summary>Applies <paramref name="update"/> to <c>target[i], operand[i]</c> for i below <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TUpdate>(ref float target, ref float operand, nuint width, TUpdate update)
        where TUpdate : struct, ISingleUpdate
    {
        // SAFETY: every load and store is at [i, i + Count) with i + Count <= width, which both rows have.
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; width - i >= 16; i += 16)
            {
                One<TUpdate, Lanes512>(ref target, ref operand, i, update);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; width - i >= 8; i += 8)
            {
                One<TUpdate, Lanes256>(ref target, ref operand, i, update);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; width - i >= 4; i += 4)
            {
                One<TUpdate, Lanes128>(ref target, ref operand, i, update);
            }
        }

        for (; i < width; i++)
        {
            One<TUpdate, ScalarLane>(ref target, ref operand, i, update);
        }
    }

    /// <summary>Applies <paramref name="update"/> to <c>first[i], second[i], operand[i]</c> for i below <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TUpdate>(ref float first, ref float second, ref float operand, nuint width, TUpdate update)
        where TUpdate : struct, IPairUpdate
    {
        // SAFETY: as above, for three rows.
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; width - i >= 16; i += 16)
            {
                One<TUpdate, Lanes512>(ref first, ref second, ref operand, i, update);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; width - i >= 8; i += 8)
            {
                One<TUpdate, Lanes256>(ref first, ref second, ref operand, i, update);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; width - i >= 4; i += 4)
            {
                One<TUpdate, Lanes128>(ref first, ref second, ref operand, i, update);
            }
        }

        for (; i < width; i++)
        {
            One<TUpdate, ScalarLane>(ref first, ref second, ref operand, i, update);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TUpdate, TLanes>(ref float target, ref float operand, nuint i, TUpdate update)
        where TUpdate : struct, ISingleUpdate
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes t = TLanes.Load(ref target, i);
        update.Invoke(ref t, TLanes.Load(ref operand, i));
        t.Store(ref target, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TUpdate, TLanes>(ref float first, ref float second, ref float operand, nuint i, TUpdate update)
        where TUpdate : struct, IPairUpdate
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes a = TLanes.Load(ref first, i), b = TLanes.Load(ref second, i);
        update.Invoke(ref a, ref b, TLanes.Load(ref operand, i));
        a.Store(ref first, i);
        b.Store(ref second, i);
    }
}
