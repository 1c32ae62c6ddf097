using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;
using Freshet.Kernels.Rows;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>Adagrad with one accumulator for a whole embedding row: a fraction of the memory of <see cref="Adagrad"/>.</summary>
public static class RowwiseAdagrad
{
    /// <summary>
    /// Updates one row in place: <c>n += scale²·Σ gradient[i]² / Dim;  w[i] -= learningRate·scale·gradient[i] / (√n + epsilon)</c>.
    /// </summary>
    /// <param name="weights">[Dim] weights w, read and written.</param>
    /// <param name="accumulator">n, the sum of mean squared gradients, read and written; &gt;= 0.</param>
    /// <param name="gradients">[Dim] ∂loss/∂w before scaling.</param>
    /// <param name="gradientScale">1, or 1 ÷ batch size where the gradients are sums and the mean is wanted.</param>
    /// <param name="settings">Step size and ε.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <remarks>
    /// Bit-identical on every CPU: the sum runs on 16 virtual lanes, as <see cref="Vectors.Dot"/> does. A row of no floats stays as it is.
    /// Source: as <see cref="Adagrad"/>; the mean of the row in place of each element's square is that of TorchRec and FBGEMM
    /// (https://docs.pytorch.org/FBGEMM/), with ε outside of the root as in <see cref="Adagrad"/>.
    /// </remarks>
    public static void Step(
        Span<float> weights, ref float accumulator, ReadOnlySpan<float> gradients, float gradientScale, AdagradSettings settings)
    {
        Requires.SameLength(weights.Length, gradients.Length);
        if (weights.IsEmpty)
        {
            return;
        }

        accumulator += gradientScale * gradientScale * SquareSum.Of(gradients) / weights.Length;
        float rate = settings.LearningRate * gradientScale, root = MathF.Sqrt(accumulator) + settings.Epsilon;
        Elementwise.Apply(weights, gradients, new Update(rate, root));
    }

    private readonly struct Update(float rate, float root) : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes w, TLanes gradient)
            where TLanes : struct, ILanes<TLanes> => w -= TLanes.Create(rate) * gradient / TLanes.Create(root);
    }
}
