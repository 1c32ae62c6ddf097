using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>The most fused multiply-adds that one thread can do: the ceiling that matrix products are held against.</summary>
/// <remarks>
/// Twelve chains in registers that do not depend on each other, of the widest vectors there are: enough to hide the latency of two
/// units (4 or 5 cycles), and with the two operands as many registers as AVX2 has. No memory is touched. The caller takes the time.
/// </remarks>
public static class FmaPeak
{
    private const int Chains = 12;

    /// <summary>Floats that one fused multiply-add of <see cref="Run"/> works on: 16, 8, 4 or 1.</summary>
    public static int Lanes =>
        Vector512.IsHardwareAccelerated ? Lanes512.Count
        : Vector256.IsHardwareAccelerated ? Lanes256.Count
        : Vector128.IsHardwareAccelerated ? Lanes128.Count
        : ScalarLane.Count;

    /// <summary>Runs the chains.</summary>
    /// <param name="rounds">Multiply-adds of each chain, &gt;= 0.</param>
    /// <param name="result">A number that depends on all of them, so that none is left out; finite.</param>
    /// <returns>Floating-point operations done: two for each multiply-add of each float.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rounds"/> is negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Run(int rounds, out float result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        result =
            Vector512.IsHardwareAccelerated ? RunChains<Lanes512>(rounds)
            : Vector256.IsHardwareAccelerated ? RunChains<Lanes256>(rounds)
            : Vector128.IsHardwareAccelerated ? RunChains<Lanes128>(rounds)
            : RunChains<ScalarLane>(rounds);
        return 2L * rounds * Chains * Lanes;
    }

    // Each chain is x = x/2 + 1 and tends to 2, whatever it starts from: no overflow, no slow denormal numbers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float RunChains<TLanes>(int rounds)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes half = TLanes.Create(0.5f), one = TLanes.Create(1);
        TLanes a = TLanes.Create(0), b = TLanes.Create(0.25f), c = TLanes.Create(0.5f), d = TLanes.Create(0.75f);
        TLanes e = TLanes.Create(1), f = TLanes.Create(1.25f), g = TLanes.Create(1.5f), h = TLanes.Create(1.75f);
        TLanes i = TLanes.Create(2.25f), j = TLanes.Create(2.5f), k = TLanes.Create(2.75f), l = TLanes.Create(3);
        for (int round = 0; round < rounds; round++)
        {
            a = TLanes.FusedMultiplyAdd(a, half, one);
            b = TLanes.FusedMultiplyAdd(b, half, one);
            c = TLanes.FusedMultiplyAdd(c, half, one);
            d = TLanes.FusedMultiplyAdd(d, half, one);
            e = TLanes.FusedMultiplyAdd(e, half, one);
            f = TLanes.FusedMultiplyAdd(f, half, one);
            g = TLanes.FusedMultiplyAdd(g, half, one);
            h = TLanes.FusedMultiplyAdd(h, half, one);
            i = TLanes.FusedMultiplyAdd(i, half, one);
            j = TLanes.FusedMultiplyAdd(j, half, one);
            k = TLanes.FusedMultiplyAdd(k, half, one);
            l = TLanes.FusedMultiplyAdd(l, half, one);
        }

        Span<float> lanes = stackalloc float[16];
        (a + b + (c + d) + (e + f + (g + h)) + (i + j + (k + l))).Store(ref lanes[0], 0);
        float sum = 0;
        foreach (float lane in lanes[..TLanes.Count])
        {
            sum += lane;
        }

        return sum;
    }
}
