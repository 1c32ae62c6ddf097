using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>A formula that updates one value from one operand.</summary>
internal interface ISingleUpdate
{
    void Invoke<TLanes>(ref TLanes target, TLanes operand)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>A formula that updates two values from one operand: a weight and its state, a pre-activation and its output.</summary>
internal interface IPairUpdate
{
    void Invoke<TLanes>(ref TLanes first, ref TLanes second, TLanes operand)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>A formula that updates three values from one operand: a weight and two states.</summary>
internal interface ITripleUpdate
{
    void Invoke<TLanes>(ref TLanes first, ref TLanes second, ref TLanes third, TLanes operand)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>The loops that every element-wise kernel shares: widest vectors first, then narrower, then one by one.</summary>
/// <remarks>Callers check that all spans have the length of the first.</remarks>
internal static class Elementwise
{
    /// <summary>Applies <paramref name="update"/> to <c>target[i], operand[i]</c> for every i.</summary>
    public static void Apply<TUpdate>(Span<float> target, ReadOnlySpan<float> operand, TUpdate update)
        where TUpdate : struct, ISingleUpdate
    {
        Debug.Assert(target.Length == operand.Length);
        ref float t = ref MemoryMarshal.GetReference(target);
        ref float o = ref MemoryMarshal.GetReference(operand);
        nuint i = 0, end = (uint)target.Length;
        if (Vector512.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes512>(ref t, ref o, i, end, update);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes256>(ref t, ref o, i, end, update);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes128>(ref t, ref o, i, end, update);
        }

        Run<TUpdate, ScalarLane>(ref t, ref o, i, end, update);
    }

    /// <summary>Applies <paramref name="update"/> to <c>first[i], second[i], operand[i]</c> for every i.</summary>
    public static void Apply<TUpdate>(
        Span<float> first, Span<float> second, ReadOnlySpan<float> operand, TUpdate update)
        where TUpdate : struct, IPairUpdate
    {
        Debug.Assert(first.Length == second.Length && first.Length == operand.Length);
        ref float a = ref MemoryMarshal.GetReference(first);
        ref float b = ref MemoryMarshal.GetReference(second);
        ref float o = ref MemoryMarshal.GetReference(operand);
        nuint i = 0, end = (uint)first.Length;
        if (Vector512.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes512>(ref a, ref b, ref o, i, end, update);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes256>(ref a, ref b, ref o, i, end, update);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes128>(ref a, ref b, ref o, i, end, update);
        }

        Run<TUpdate, ScalarLane>(ref a, ref b, ref o, i, end, update);
    }

    /// <summary>Applies <paramref name="update"/> to <c>first[i], second[i], third[i], operand[i]</c> for every i.</summary>
    public static void Apply<TUpdate>(
        Span<float> first, Span<float> second, Span<float> third, ReadOnlySpan<float> operand, TUpdate update)
        where TUpdate : struct, ITripleUpdate
    {
        Debug.Assert(first.Length == second.Length && first.Length == third.Length && first.Length == operand.Length);
        ref float a = ref MemoryMarshal.GetReference(first);
        ref float b = ref MemoryMarshal.GetReference(second);
        ref float c = ref MemoryMarshal.GetReference(third);
        ref float o = ref MemoryMarshal.GetReference(operand);
        nuint i = 0, end = (uint)first.Length;
        if (Vector512.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes512>(ref a, ref b, ref c, ref o, i, end, update);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes256>(ref a, ref b, ref c, ref o, i, end, update);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            i = Run<TUpdate, Lanes128>(ref a, ref b, ref c, ref o, i, end, update);
        }

        Run<TUpdate, ScalarLane>(ref a, ref b, ref c, ref o, i, end, update);
    }

    // SAFETY: in each Run, every load and store is at [i, i + Count) with i + Count <= end, and the spans behind the
    // refs have that length. Only offsets are computed; no ref ever leaves its span.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Run<TUpdate, TLanes>(ref float target, ref float operand, nuint i, nuint end, TUpdate update)
        where TUpdate : struct, ISingleUpdate
        where TLanes : struct, ILanes<TLanes>
    {
        for (; end - i >= (uint)TLanes.Count; i += (uint)TLanes.Count)
        {
            TLanes t = TLanes.Load(ref target, i);
            update.Invoke(ref t, TLanes.Load(ref operand, i));
            t.Store(ref target, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Run<TUpdate, TLanes>(
        ref float first, ref float second, ref float operand, nuint i, nuint end, TUpdate update)
        where TUpdate : struct, IPairUpdate
        where TLanes : struct, ILanes<TLanes>
    {
        for (; end - i >= (uint)TLanes.Count; i += (uint)TLanes.Count)
        {
            TLanes a = TLanes.Load(ref first, i), b = TLanes.Load(ref second, i);
            update.Invoke(ref a, ref b, TLanes.Load(ref operand, i));
            a.Store(ref first, i);
            b.Store(ref second, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Run<TUpdate, TLanes>(
        ref float first, ref float second, ref float third, ref float operand, nuint i, nuint end, TUpdate update)
        where TUpdate : struct, ITripleUpdate
        where TLanes : struct, ILanes<TLanes>
    {
        for (; end - i >= (uint)TLanes.Count; i += (uint)TLanes.Count)
        {
            TLanes a = TLanes.Load(ref first, i), b = TLanes.Load(ref second, i), c = TLanes.Load(ref third, i);
            update.Invoke(ref a, ref b, ref c, TLanes.Load(ref operand, i));
            a.Store(ref first, i);
            b.Store(ref second, i);
            c.Store(ref third, i);
        }

        return i;
    }
}
