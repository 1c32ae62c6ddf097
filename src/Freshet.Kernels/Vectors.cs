using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>Sums and products of vectors. All bit-identical on every CPU.</summary>
public static class Vectors
{
    /// <summary>Virtual lanes of a reduction.</summary>
    internal const int LaneCount = 16;

    /// <summary><c>target += operand</c>: pooling adds one row to its bag.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Add(Span<float> target, ReadOnlySpan<float> operand)
    {
        Requires.SameLength(target.Length, operand.Length);
        Elementwise.Apply(target, operand, default(Addition));
    }

    /// <summary><c>target += scale·operand</c>, rounded once.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void AddScaled(Span<float> target, ReadOnlySpan<float> operand, float scale)
    {
        Requires.SameLength(target.Length, operand.Length);
        Elementwise.Apply(target, operand, new ScaledAddition(scale));
    }

    /// <summary><c>target *= scale</c>.</summary>
    public static void Scale(Span<float> target, float scale) => Elementwise.Apply(target, target, new Scaling(scale));

    /// <summary><c>target = e^(target − top)</c>, where no element is above <paramref name="top"/>.</summary>
    public static void ExpOfDifference(Span<float> target, float top) => Elementwise.Apply(target, target, new Exponential(top));

    /// <summary><c>gradient = weights·(gradient − mean) + offset</c>: the last step of a softmax's gradient.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void SoftmaxGradient(Span<float> gradient, ReadOnlySpan<float> weights, float mean, float offset)
    {
        Requires.SameLength(gradient.Length, weights.Length);
        Elementwise.Apply(gradient, weights, new WeightedDifference(mean, offset));
    }

    /// <summary>The sum of all elements, on the virtual lanes of <see cref="Dot"/>.</summary>
    [SkipLocalsInit]
    public static float Sum(ReadOnlySpan<float> values)
    {
        Span<float> lanes = stackalloc float[LaneCount];
        lanes.Clear();
        int whole = values.Length & ~(LaneCount - 1);
        for (int start = 0; start < whole; start += LaneCount)
        {
            Add(lanes, values.Slice(start, LaneCount));
        }

        Add(lanes[..(values.Length - whole)], values[whole..]);
        return SumOf(lanes);
    }

    /// <summary><c>target = tanh(target)</c>, to 6 ulp.</summary>
    public static void Tanh(Span<float> target) => Elementwise.Apply(target, target, default(Tangent));

    /// <summary><c>target = scale·operand</c>.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void SetScaled(Span<float> target, ReadOnlySpan<float> operand, float scale)
    {
        Requires.SameLength(target.Length, operand.Length);
        Elementwise.Apply(target, operand, new Scaling(scale));
    }

    /// <summary><c>Σ left[i]·right[i]</c> on 16 virtual lanes: lane j sums i = j, j + 16, … in order; then the lanes pairwise.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    [SkipLocalsInit]
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Span<float> lanes = stackalloc float[LaneCount];
        lanes.Clear();
        AddProducts(lanes, left, right);
        return SumOf(lanes);
    }

    /// <summary>Adds products to the virtual lanes: element i of the vectors goes to lane i mod 16.</summary>
    internal static void AddProducts(Span<float> lanes, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Requires.SameLength(left.Length, right.Length);
        Debug.Assert(lanes.Length == LaneCount);
        ref float l = ref MemoryMarshal.GetReference(left);
        ref float r = ref MemoryMarshal.GetReference(right);
        ref float sums = ref MemoryMarshal.GetReference(lanes);
        nuint whole = (uint)left.Length & ~15u;
        if (Vector512.IsHardwareAccelerated)
        {
            SumLanes<Lanes512>(ref l, ref r, whole, ref sums);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            SumLanes<Lanes256>(ref l, ref r, whole, ref sums);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            SumLanes<Lanes128>(ref l, ref r, whole, ref sums);
        }
        else
        {
            SumLanes<ScalarLane>(ref l, ref r, whole, ref sums);
        }

        for (int i = (int)whole; i < left.Length; i++)
        {
            lanes[i & 15] = MathF.FusedMultiplyAdd(left[i], right[i], lanes[i & 15]);
        }
    }

    /// <summary>The sum of the virtual lanes, pairwise: j and j + 8, then j and j + 4, j + 2, j + 1.</summary>
    internal static float SumOf(ReadOnlySpan<float> lanes)
    {
        Debug.Assert(lanes.Length == LaneCount);
        return Pair<Pair<Lanes128>>.Load(ref MemoryMarshal.GetReference(lanes), 0).Sum();
    }

    /// <summary>Whether no element is NaN or infinite.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        // x − x is 0 for every finite x and NaN for all others; NaN stays.
        var sum = Vector128<float>.Zero;
        ref float v = ref MemoryMarshal.GetReference(values);
        nuint i = 0, end = (uint)values.Length;

        // SAFETY: every load is at [i, i + Count) with i + Count <= end.
        if (Vector512.IsHardwareAccelerated)
        {
            var wide = Vector512<float>.Zero;
            for (; end - i >= 16; i += 16)
            {
                var x = Vector512.LoadUnsafe(ref v, i);
                wide += x - x;
            }

            var half = wide.GetLower() + wide.GetUpper();
            sum = half.GetLower() + half.GetUpper();
        }

        for (; end - i >= 4; i += 4)
        {
            var x = Vector128.LoadUnsafe(ref v, i);
            sum += x - x;
        }

        float rest = Vector128.Sum(sum);
        for (; i < end; i++)
        {
            rest += values[(int)i] - values[(int)i];
        }

        return rest == 0;
    }

    // SAFETY: whole is a multiple of 16 and at most the length of both vectors; sums holds 16 floats.
    private static void SumLanes<TLanes>(ref float left, ref float right, nuint whole, ref float sums)
        where TLanes : struct, ILanes<TLanes>
    {
        for (nuint lane = 0; lane < 16; lane += (uint)TLanes.Count)
        {
            TLanes sum = TLanes.Load(ref sums, lane);
            for (nuint i = lane; i < whole; i += 16)
            {
                sum = TLanes.FusedMultiplyAdd(TLanes.Load(ref left, i), TLanes.Load(ref right, i), sum);
            }

            sum.Store(ref sums, lane);
        }
    }

    private readonly struct Addition : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target += operand;
    }

    private readonly struct ScaledAddition(float scale) : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> =>
            target = TLanes.FusedMultiplyAdd(TLanes.Create(scale), operand, target);
    }

    private readonly struct Scaling(float scale) : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target = operand * TLanes.Create(scale);
    }

    private readonly struct Exponential(float top) : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target = Functions.Exp(operand - TLanes.Create(top));
    }

    private readonly struct WeightedDifference(float mean, float offset) : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> =>
            target = TLanes.FusedMultiplyAdd(operand, target - TLanes.Create(mean), TLanes.Create(offset));
    }

    private readonly struct Tangent : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target = Functions.Tanh(operand);
    }
}
