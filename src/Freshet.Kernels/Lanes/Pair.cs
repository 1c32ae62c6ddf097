using System.Runtime.CompilerServices;

namespace Freshet.Kernels.Lanes;

/// <summary>
/// Twice as many floats at once, as two halves: with it a formula has 16 lanes on every CPU, and its accumulators and sums are those of the 16
/// virtual lanes without more ado.
/// </summary>
internal readonly struct Pair<THalf>(THalf low, THalf high) : ILanes<Pair<THalf>>
    where THalf : struct, ILanes<THalf>
{
    private readonly THalf _low = low;
    private readonly THalf _high = high;

    public static int Count => 2 * THalf.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> Load(ref float source, nuint offset) =>
        new(THalf.Load(ref source, offset), THalf.Load(ref source, offset + (nuint)THalf.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> Create(float value) => new(THalf.Create(value), THalf.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> FusedMultiplyAdd(Pair<THalf> left, Pair<THalf> right, Pair<THalf> addend) =>
        new(THalf.FusedMultiplyAdd(left._low, right._low, addend._low), THalf.FusedMultiplyAdd(left._high, right._high, addend._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> Sqrt(Pair<THalf> value) => new(THalf.Sqrt(value._low), THalf.Sqrt(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> Abs(Pair<THalf> value) => new(THalf.Abs(value._low), THalf.Abs(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> CopySign(Pair<THalf> magnitude, Pair<THalf> sign) =>
        new(THalf.CopySign(magnitude._low, sign._low), THalf.CopySign(magnitude._high, sign._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> WhereGreater(Pair<THalf> left, Pair<THalf> right, Pair<THalf> value) =>
        new(THalf.WhereGreater(left._low, right._low, value._low), THalf.WhereGreater(left._high, right._high, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> Choose(Pair<THalf> left, Pair<THalf> right, Pair<THalf> value, Pair<THalf> other) => new(
        THalf.Choose(left._low, right._low, value._low, other._low), THalf.Choose(left._high, right._high, value._high, other._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> PowerOfTwo(Pair<THalf> shifted) => new(THalf.PowerOfTwo(shifted._low), THalf.PowerOfTwo(shifted._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> operator +(Pair<THalf> left, Pair<THalf> right) => new(left._low + right._low, left._high + right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> operator -(Pair<THalf> left, Pair<THalf> right) => new(left._low - right._low, left._high - right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> operator *(Pair<THalf> left, Pair<THalf> right) => new(left._low * right._low, left._high * right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> operator /(Pair<THalf> left, Pair<THalf> right) => new(left._low / right._low, left._high / right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => (_low + _high).Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset)
    {
        _low.Store(ref destination, offset);
        _high.Store(ref destination, offset + (nuint)THalf.Count);
    }
}
