using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>Sums and products of vectors. All bit-identical on every CPU.</summary>
public static class Vectors
{
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

    /// <summary><c>Σ left[i]·right[i]</c> on 16 virtual lanes: lane j sums i = j, j + 16, … in order; then the lanes pairwise.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Requires.SameLength(left.Length, right.Length);
        Span<float> lanes = stackalloc float[16];
        lanes.Clear();
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

        for (int half = 8; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
            {
                lanes[lane] += lanes[lane + half];
            }
        }

        return lanes[0];
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
            TLanes sum = default;
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
}
