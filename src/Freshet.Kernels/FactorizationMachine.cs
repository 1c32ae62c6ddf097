using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>The pairwise interactions of all slots, as a vector.</summary>
/// <remarks>
/// Source: Rendle, ICDM 2010, equation 3, https://doi.org/10.1109/ICDM.2010.127; kept as a vector so that each task weighs its
/// dimensions (docs/models.md).
/// </remarks>
public static class FactorizationMachine
{
    /// <summary><c>sum = Σ_s v_s;  f = ½(sum² − Σ_s v_s²)</c>, element-wise, slots in order.</summary>
    /// <param name="v">[S × D] pooled vectors of one sample.</param>
    /// <param name="sum">[D], written; <see cref="Backward"/> needs it.</param>
    /// <param name="f">[D], written.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Forward(ReadOnlySpan<float> v, Span<float> sum, Span<float> f)
    {
        Requires.SameLength(sum.Length, f.Length);
        sum.Clear();
        f.Clear();
        for (int start = 0; start < v.Length; start += sum.Length)
        {
            Elementwise.Apply(sum, f, v.Slice(start, sum.Length), default(Accumulation));
        }

        Elementwise.Apply(f, sum, default(Interaction));
    }

    /// <summary><c>vGradient_s += fGradient·(sum − v_s)</c> for every slot.</summary>
    /// <param name="v">[S × D] pooled vectors of one sample.</param>
    /// <param name="sum">[D] from <see cref="Forward"/>.</param>
    /// <param name="fGradient">[D] ∂loss/∂f.</param>
    /// <param name="vGradient">[S × D], added to.</param>
    /// <param name="scratch">[D], overwritten.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Backward(
        ReadOnlySpan<float> v, ReadOnlySpan<float> sum, ReadOnlySpan<float> fGradient, Span<float> vGradient, Span<float> scratch)
    {
        Requires.SameLength(v.Length, vGradient.Length);
        Requires.SameLength(sum.Length, fGradient.Length, scratch.Length);
        for (int start = 0; start < v.Length; start += sum.Length)
        {
            sum.CopyTo(scratch);
            Elementwise.Apply(scratch, v.Slice(start, sum.Length), default(Difference));
            Elementwise.Apply(scratch, vGradient.Slice(start, sum.Length), fGradient, default(Product));
        }
    }

    private readonly struct Accumulation : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes sum, ref TLanes squares, TLanes v)
            where TLanes : struct, ILanes<TLanes>
        {
            sum += v;
            squares = TLanes.FusedMultiplyAdd(v, v, squares);
        }
    }

    private readonly struct Interaction : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes squares, TLanes sum)
            where TLanes : struct, ILanes<TLanes> =>
            squares = TLanes.Create(0.5f) * ((sum * sum) - squares);
    }

    private readonly struct Difference : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes sum, TLanes v)
            where TLanes : struct, ILanes<TLanes> => sum -= v;
    }

    private readonly struct Product : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes difference, ref TLanes vGradient, TLanes fGradient)
            where TLanes : struct, ILanes<TLanes> =>
            vGradient = TLanes.FusedMultiplyAdd(fGradient, difference, vGradient);
    }
}
