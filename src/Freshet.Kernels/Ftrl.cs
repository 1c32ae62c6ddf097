using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>FTRL-Proximal per coordinate.</summary>
public static class Ftrl
{
    /// <summary>
    /// Updates in place: <c>σ = (√(n+g²) − √n)/α;  z += g − σ·w;  n += g²;
    /// w = |z| &lt;= λ1 ? 0 : −(z − sgn(z)·λ1) / ((β + √n)/α + λ2)</c>.
    /// </summary>
    /// <param name="weights">[Count] w of the forward pass; written anew from z and n.</param>
    /// <param name="z">[Count] z, read and written; for a weight that starts at w ≠ 0, the z that gives that w.</param>
    /// <param name="n">[Count] sums of squared gradients, read and written; all &gt;= 0.</param>
    /// <param name="gradients">[Count] g, summed over the batch.</param>
    /// <param name="settings">α, β, λ1, λ2.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <remarks>
    /// Bit-identical on every CPU. A coordinate with w = z = n = 0 and gradient 0 stays 0.
    /// Source: McMahan et al., KDD 2013, algorithm 1, https://research.google/pubs/pub41159/.
    /// </remarks>
    public static void Step(
        Span<float> weights, Span<float> z, Span<float> n, ReadOnlySpan<float> gradients, FtrlSettings settings)
    {
        Requires.SameLength(weights.Length, z.Length, n.Length, gradients.Length);
        Elementwise.Apply(weights, z, n, gradients, new Update(settings));
    }

    /// <summary>The formula, with λ1 given for each coordinate: dynamic L1 has one for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Apply<TLanes>(ref TLanes w, ref TLanes z, ref TLanes n, TLanes g, TLanes l1, FtrlSettings settings)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes alpha = TLanes.Create(settings.Alpha);
        TLanes sum = TLanes.FusedMultiplyAdd(g, g, n);
        TLanes root = TLanes.Sqrt(sum);
        TLanes sigma = (root - TLanes.Sqrt(n)) / alpha;
        z = (z + g) - (sigma * w);
        n = sum;
        TLanes rate = ((TLanes.Create(settings.Beta) + root) / alpha) + TLanes.Create(settings.L2);
        w = TLanes.WhereGreater(TLanes.Abs(z), l1, (TLanes.CopySign(l1, z) - z) / rate);
    }

    private readonly struct Update(FtrlSettings settings) : ITripleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes w, ref TLanes z, ref TLanes n, TLanes g)
            where TLanes : struct, ILanes<TLanes> => Apply(ref w, ref z, ref n, g, TLanes.Create(settings.L1), settings);
    }
}
