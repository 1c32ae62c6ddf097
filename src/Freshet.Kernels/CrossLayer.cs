using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>What a cross layer does beside its product: <c>next = x_0∘(W x + b) + x</c>. Bit-identical on every CPU.</summary>
/// <remarks>Source: Wang et al., WWW 2021, equation 1, https://doi.org/10.1145/3442381.3450078.</remarks>
public static class CrossLayer
{
    /// <summary><c>z += b;  next = x_0∘z + x</c>.</summary>
    /// <param name="start">[M × K] x_0.</param>
    /// <param name="current">[M × K] x.</param>
    /// <param name="bias">[K, padded to panels] b, its padding 0.</param>
    /// <param name="z">[M × K] W·x; b is added.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="next">[M × K], written; may be <paramref name="current"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Forward(
        in PanelMatrix start, in PanelMatrix current, ReadOnlySpan<float> bias, in PanelMatrix z, int first, int count, in PanelMatrix next)
    {
        Check(start, current, z, next);
        for (int panel = 0; panel < next.Panels; panel++)
        {
            ReadOnlySpan<float> biases = bias.Slice(panel * next.Width, next.Width);
            Span<float> products = z.Panel(panel, first, count), target = next.Panel(panel, first, count);
            for (int row = 0; row < products.Length; row += next.Width)
            {
                Elementwise.Apply(products.Slice(row, next.Width), biases, default(Addition));
            }

            current.Panel(panel, first, count).CopyTo(target);
            Elementwise.Apply(target, products, start.Panel(panel, first, count), default(Crossing));
        }
    }

    /// <summary>The gradients that do not pass the product: <c>dz = dnext∘x_0;  dx_0 += dnext∘z</c>. That of x is dnext itself.</summary>
    /// <param name="start">[M × K] x_0.</param>
    /// <param name="z">[M × K] from <see cref="Forward"/>.</param>
    /// <param name="nextGradient">[M × K] dnext.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="startGradient">[M × K] dx_0, added to.</param>
    /// <param name="zGradient">[M × K] dz, written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Backward(
        in PanelMatrix start, in PanelMatrix z, in PanelMatrix nextGradient, int first, int count, in PanelMatrix startGradient,
        in PanelMatrix zGradient)
    {
        Check(start, z, nextGradient, startGradient);
        Check(start, z, nextGradient, zGradient);
        for (int panel = 0; panel < start.Panels; panel++)
        {
            ReadOnlySpan<float> gradient = nextGradient.Panel(panel, first, count);
            Span<float> target = zGradient.Panel(panel, first, count);
            start.Panel(panel, first, count).CopyTo(target);
            Elementwise.Apply(startGradient.Panel(panel, first, count), z.Panel(panel, first, count), gradient, default(Crossing));
            Elementwise.Apply(target, gradient, default(Product));
        }
    }

    private static void Check(in PanelMatrix first, in PanelMatrix second, in PanelMatrix third, in PanelMatrix fourth)
    {
        Requires.SameLength(first.Columns, second.Columns, third.Columns, fourth.Columns);
        Requires.SameLength(first.Width, second.Width, third.Width, fourth.Width);
    }

    private readonly struct Addition : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target += operand;
    }

    private readonly struct Product : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, TLanes operand)
            where TLanes : struct, ILanes<TLanes> => target *= operand;
    }

    private readonly struct Crossing : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes target, ref TLanes left, TLanes right)
            where TLanes : struct, ILanes<TLanes> => target = TLanes.FusedMultiplyAdd(left, right, target);
    }
}
