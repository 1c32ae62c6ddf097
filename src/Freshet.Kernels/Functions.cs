using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>Functions of one number as formulas over lanes: IEEE operations only, so the same bits at every vector width.</summary>
internal static class Functions
{
    /// <summary>1.5·2²³: adding it rounds a small number to a whole one.</summary>
    private const float Rounder = 12582912f;

    /// <summary>tanh x to 6 ulp; NaN for NaN.</summary>
    /// <remarks>
    /// An odd rational function, 13th over 6th degree, on [−7.905, 7.905], beyond which a float tanh is ±1. Coefficients: Eigen,
    /// <c>generic_fast_tanh_float</c> (MPL 2.0), https://gitlab.com/libeigen/eigen.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes limit = TLanes.Create(7.90531110763549805f);
        x = TLanes.Choose(TLanes.Abs(x), limit, TLanes.CopySign(limit, x), x);
        TLanes s = x * x;
        TLanes p = TLanes.FusedMultiplyAdd(s, TLanes.Create(-2.76076847742355e-16f), TLanes.Create(2.00018790482477e-13f));
        p = TLanes.FusedMultiplyAdd(s, p, TLanes.Create(-8.60467152213735e-11f));
        p = TLanes.FusedMultiplyAdd(s, p, TLanes.Create(5.12229709037114e-08f));
        p = TLanes.FusedMultiplyAdd(s, p, TLanes.Create(1.48572235717979e-05f));
        p = TLanes.FusedMultiplyAdd(s, p, TLanes.Create(6.37261928875436e-04f));
        p = TLanes.FusedMultiplyAdd(s, p, TLanes.Create(4.89352455891786e-03f));
        TLanes q = TLanes.FusedMultiplyAdd(s, TLanes.Create(1.19825839466702e-06f), TLanes.Create(1.18534705686654e-04f));
        q = TLanes.FusedMultiplyAdd(s, q, TLanes.Create(2.26843463243900e-03f));
        q = TLanes.FusedMultiplyAdd(s, q, TLanes.Create(4.89352518554385e-03f));
        return x * p / q;
    }

    /// <summary>eˣ for x &lt;= 0, to 2 ulp; 1.6e-38 below −87; NaN for NaN.</summary>
    /// <remarks>eˣ = 2ⁿ·eʳ, ln 2 in two parts, eʳ by the polynomial of Cephes' <c>expf</c> (Moshier), https://www.netlib.org/cephes/.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes least = TLanes.Create(-87f);
        x = TLanes.Choose(least, x, least, x);
        TLanes shifted = TLanes.FusedMultiplyAdd(x, TLanes.Create(1.44269504088896341f), TLanes.Create(Rounder));
        TLanes n = shifted - TLanes.Create(Rounder);
        TLanes r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-0.693359375f), x);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);
        TLanes p = TLanes.FusedMultiplyAdd(r, TLanes.Create(1.9875691500e-4f), TLanes.Create(1.3981999507e-3f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(8.3334519073e-3f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(4.1665795894e-2f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(1.6666665459e-1f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(5.0000001201e-1f));
        p = TLanes.FusedMultiplyAdd(r * r, p, r);
        return (p + TLanes.Create(1)) * TLanes.PowerOfTwo(shifted);
    }
}
