using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>The activations of a small layer and their gradients, one sample at a time.</summary>
public static class UnitLayer
{
    /// <summary><c>output = act(pre)</c>.</summary>
    /// <param name="activation">act.</param>
    /// <param name="pre">[units].</param>
    /// <param name="slopes">[units] for <see cref="UnitActivation.Prelu"/>; unused else.</param>
    /// <param name="output">[units], written.</param>
    public static void Forward(UnitActivation activation, ReadOnlySpan<float> pre, ReadOnlySpan<float> slopes, Span<float> output)
    {
        Requires.SameLength(pre.Length, output.Length);
        pre.CopyTo(output);
        switch (activation)
        {
            case UnitActivation.Tanh:
                Vectors.Tanh(output);
                break;
            case UnitActivation.Relu:
                for (int i = 0; i < output.Length; i++)
                {
                    // Written so that a NaN stays one.
                    output[i] = pre[i] <= 0 ? 0 : pre[i];
                }

                break;
            case UnitActivation.Prelu:
                for (int i = 0; i < output.Length; i++)
                {
                    output[i] = pre[i] <= 0 ? slopes[i] * pre[i] : pre[i];
                }

                break;
        }
    }

    /// <summary>The gradient before the activation, in place, and that of the slopes.</summary>
    /// <param name="activation">act.</param>
    /// <param name="pre">[units].</param>
    /// <param name="output">[units] of <see cref="Forward"/>.</param>
    /// <param name="slopes">[units] for <see cref="UnitActivation.Prelu"/>; unused else.</param>
    /// <param name="gradient">[units] ∂loss/∂output; becomes ∂loss/∂pre.</param>
    /// <param name="slopeGradient">[units] for <see cref="UnitActivation.Prelu"/>, added to; unused else.</param>
    public static void Backward(
        UnitActivation activation, ReadOnlySpan<float> pre, ReadOnlySpan<float> output, ReadOnlySpan<float> slopes, Span<float> gradient,
        Span<float> slopeGradient)
    {
        Requires.SameLength(pre.Length, output.Length, gradient.Length);
        switch (activation)
        {
            case UnitActivation.Tanh:
                for (int i = 0; i < gradient.Length; i++)
                {
                    gradient[i] *= 1 - (output[i] * output[i]);
                }

                break;
            case UnitActivation.Relu:
                for (int i = 0; i < gradient.Length; i++)
                {
                    gradient[i] = pre[i] > 0 ? gradient[i] : 0;
                }

                break;
            case UnitActivation.Prelu:
                for (int i = 0; i < gradient.Length; i++)
                {
                    if (pre[i] <= 0)
                    {
                        slopeGradient[i] = MathF.FusedMultiplyAdd(gradient[i], pre[i], slopeGradient[i]);
                        gradient[i] *= slopes[i];
                    }
                }

                break;
        }
    }
}
