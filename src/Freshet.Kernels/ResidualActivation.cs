using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>Bias, ReLU and residual of one layer in one pass.</summary>
public static class ResidualActivation
{
    /// <summary><c>z += bias;  y += max(z, 0)</c>.</summary>
    /// <param name="z">[Out] pre-activation without bias; left with it, for the backward pass.</param>
    /// <param name="y">[Out] the residual (P·h, or h); becomes the layer's output. Zeros make it a plain ReLU layer.</param>
    /// <param name="bias">[Out].</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <remarks>A NaN in z adds 0 to y: the residual carries what is wrong, and <see cref="Vectors.AllFinite"/> finds it.</remarks>
    public static void Forward(Span<float> z, Span<float> y, ReadOnlySpan<float> bias)
    {
        Requires.SameLength(z.Length, y.Length, bias.Length);
        Elementwise.Apply(z, y, bias, default(Activation));
    }

    /// <summary><c>z = z &gt; 0 ? gradient : 0;  biasGradient += z</c>: the gradient before the ReLU, in place of z.</summary>
    /// <param name="z">[Out] pre-activation with bias; becomes ∂loss/∂z.</param>
    /// <param name="biasGradient">[Out], added to.</param>
    /// <param name="gradient">[Out] ∂loss/∂y.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Backward(Span<float> z, Span<float> biasGradient, ReadOnlySpan<float> gradient)
    {
        Requires.SameLength(z.Length, biasGradient.Length, gradient.Length);
        Elementwise.Apply(z, biasGradient, gradient, default(Gate));
    }

    private readonly struct Activation : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes z, ref TLanes y, TLanes bias)
            where TLanes : struct, ILanes<TLanes>
        {
            z += bias;
            y += TLanes.WhereGreater(z, TLanes.Create(0), z);
        }
    }

    private readonly struct Gate : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes z, ref TLanes biasGradient, TLanes gradient)
            where TLanes : struct, ILanes<TLanes>
        {
            z = TLanes.WhereGreater(z, TLanes.Create(0), gradient);
            biasGradient += z;
        }
    }
}
