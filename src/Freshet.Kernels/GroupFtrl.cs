using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;
using Freshet.Kernels.Rows;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>FTRL-Proximal with a penalty on the norm of a whole embedding row: rows that are not worth their memory become 0.</summary>
/// <remarks>
/// Source: Yue et al., ECML PKDD 2021, "Adaptive Optimizers with Sparse Group Lasso for Neural Networks in CTR Prediction",
/// https://arxiv.org/abs/2107.14432, as in the kernel of tfplus, where λ2 counts twice too. β is added to √n as in <see cref="Ftrl"/>.
/// </remarks>
public static class GroupFtrl
{
    /// <summary>
    /// Updates one row in place: <c>g = scale·gradient;  σ = (√(n+g²) − √n)/α;  z += g − σ·w;  n += g²;
    /// u = |z| &lt;= λ1 ? 0 : sgn(z)·λ1 − z</c>; then <c>w = 0</c> if <c>‖u‖₂ &lt;= λ_G·√Dim</c>, else
    /// <c>w = u·(1 − λ_G·√Dim/‖u‖₂) / ((β + √n)/α + 2·λ2)</c>.
    /// </summary>
    /// <param name="weights">[Dim] w of the forward pass; written anew from z and n.</param>
    /// <param name="z">[Dim] z, read and written; for a row that is not 0 at first, those of <see cref="Start"/>.</param>
    /// <param name="n">
    /// [Dim] sums of squared gradients, read and written; all &gt;= 0. They and z go on while the row is 0, so it can come back.
    /// </param>
    /// <param name="gradients">[Dim] ∂loss/∂w before scaling.</param>
    /// <param name="gradientScale">1, or 1 ÷ batch size where the gradients are sums and the mean is wanted.</param>
    /// <param name="settings">α, β, λ1, λ_G, λ2.</param>
    /// <param name="l1Factor">Multiplies λ1 and λ_G: dynamic L1. 1 turns it off.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <remarks>
    /// Bit-identical on every CPU: the norm runs on 16 virtual lanes, as <see cref="Vectors.Dot"/> does. A row so small that ‖u‖₂² is below
    /// the smallest float becomes 0.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Step(
        Span<float> weights, Span<float> z, Span<float> n, ReadOnlySpan<float> gradients, float gradientScale, GroupFtrlSettings settings,
        float l1Factor)
    {
        Requires.SameLength(weights.Length, z.Length, n.Length, gradients.Length);
        Elementwise.Apply(weights, z, n, gradients, new Pull(settings, gradientScale, settings.L1 * l1Factor));
        float norm = MathF.Sqrt(SquareSum.Of(weights)), threshold = Threshold(settings, weights.Length) * l1Factor;
        if (norm > threshold)
        {
            Elementwise.Apply(weights, n, new Shrinkage(settings, 1 - (threshold / norm)));
        }
        else
        {
            weights.Clear();
        }
    }

    /// <summary>
    /// Writes the z from which the first step starts so that it does not throw the initial row away: the one that gives
    /// <paramref name="weights"/>.
    /// </summary>
    /// <param name="weights">[Dim] the initial w.</param>
    /// <param name="z">[Dim] written.</param>
    /// <param name="n">[Dim] the initial n, all &gt;= 0.</param>
    /// <param name="settings">Those of the steps to come; λ1 and λ_G without a factor.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <remarks>
    /// With v = w·((β + √n)/α + 2·λ2): u = v·(1 + λ_G·√Dim/‖v‖₂) and z = −u − sgn(u)·λ1. Computed in double and rounded once, so w comes
    /// back up to float rounding, about 6e-8·(1 + λ_G·√Dim/‖v‖₂ + λ1/|u|). An element that is 0 gets z = 0 and comes back as 0; so does
    /// every element of a row of zeros, and all of a row whose rates are 0 (β = n = λ2 = 0), which gradients then take out.
    /// </remarks>
    public static void Start(ReadOnlySpan<float> weights, Span<float> z, ReadOnlySpan<float> n, GroupFtrlSettings settings)
    {
        Requires.SameLength(weights.Length, z.Length, n.Length);
        double squares = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double v = weights[i] * Rate(n[i], settings);
            squares += v * v;
        }

        double stretch = squares > 0 ? 1 + (Threshold(settings, weights.Length) / Math.Sqrt(squares)) : 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double u = weights[i] * Rate(n[i], settings) * stretch;
            z[i] = (float)(u > 0 ? -u - settings.L1 : u < 0 ? -u + settings.L1 : 0);
        }
    }

    private static float Threshold(GroupFtrlSettings settings, int dim) => settings.GroupL1 * MathF.Sqrt(dim);

    private static double Rate(float n, GroupFtrlSettings settings) =>
        ((settings.Beta + Math.Sqrt(n)) / settings.Alpha) + (2.0 * settings.L2);

    // Leaves u in the place of w.
    private readonly struct Pull(GroupFtrlSettings settings, float scale, float l1) : ITripleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes w, ref TLanes z, ref TLanes n, TLanes gradient)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes g = TLanes.Create(scale) * gradient;
            TLanes sum = TLanes.FusedMultiplyAdd(g, g, n);
            TLanes sigma = (TLanes.Sqrt(sum) - TLanes.Sqrt(n)) / TLanes.Create(settings.Alpha);
            z = (z + g) - (sigma * w);
            n = sum;
            TLanes threshold = TLanes.Create(l1);
            w = TLanes.WhereGreater(TLanes.Abs(z), threshold, TLanes.CopySign(threshold, z) - z);
        }
    }

    private readonly struct Shrinkage(GroupFtrlSettings settings, float share) : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes u, TLanes n)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes slope = (TLanes.Create(settings.Beta) + TLanes.Sqrt(n)) / TLanes.Create(settings.Alpha);
            TLanes rate = slope + TLanes.Create(2 * settings.L2);
            u = u * TLanes.Create(share) / rate;
        }
    }
}
