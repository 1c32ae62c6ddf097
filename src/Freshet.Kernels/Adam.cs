using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>Adam with bias correction.</summary>
public static class Adam
{
    /// <summary>
    /// Updates in place: <c>g = gradientScale·gradient;  m += (1−β1)(g − m);  v += (1−β2)(g² − v);
    /// w -= learningRate·m̂ / (√v̂ + ε)</c> with m̂ = m/(1−β1ᵗ) and v̂ = v/(1−β2ᵗ).
    /// </summary>
    /// <param name="weights">[Count] w, read and written. A gradient of 0 still moves its weight.</param>
    /// <param name="firstMoments">[Count] m, read and written; 0 before the first step.</param>
    /// <param name="secondMoments">[Count] v, read and written; 0 before the first step.</param>
    /// <param name="gradients">[Count] ∂loss/∂w before scaling.</param>
    /// <param name="gradientScale">1 ÷ batch size where the gradients are sums over the batch.</param>
    /// <param name="step">Number t of this step, from 1.</param>
    /// <param name="settings">Step size, β1, β2 and ε.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    /// <remarks>
    /// Bit-identical on every CPU. Source: Kingma and Ba, ICLR 2015, algorithm 1, https://arxiv.org/abs/1412.6980.
    /// </remarks>
    public static void Step(
        Span<float> weights, Span<float> firstMoments, Span<float> secondMoments, ReadOnlySpan<float> gradients,
        float gradientScale, long step, AdamSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        Requires.SameLength(weights.Length, firstMoments.Length, secondMoments.Length, gradients.Length);
        Elementwise.Apply(
            weights, firstMoments, secondMoments, gradients,
            new Update(
                gradientScale, (float)settings.LearningRate, (float)(1 - settings.Beta1), (float)(1 - settings.Beta2),
                (float)(1 / (1 - Power(settings.Beta1, step))), (float)(1 / (1 - Power(settings.Beta2, step))),
                (float)settings.Epsilon));
    }

    // By squaring: Math.Pow may differ between C libraries, this may not.
    private static double Power(double factor, long exponent)
    {
        double power = 1;
        for (; exponent > 0; exponent >>= 1, factor *= factor)
        {
            power = (exponent & 1) != 0 ? power * factor : power;
        }

        return power;
    }

    private readonly struct Update(
        float scale, float learningRate, float share1, float share2, float correction1, float correction2, float epsilon)
        : ITripleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes w, ref TLanes m, ref TLanes v, TLanes gradient)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes g = TLanes.Create(scale) * gradient;
            m = TLanes.FusedMultiplyAdd(TLanes.Create(share1), g - m, m);
            v = TLanes.FusedMultiplyAdd(TLanes.Create(share2), (g * g) - v, v);
            TLanes root = TLanes.Sqrt(v * TLanes.Create(correction2));
            w -= TLanes.Create(learningRate) * (m * TLanes.Create(correction1)) / (root + TLanes.Create(epsilon));
        }
    }
}
