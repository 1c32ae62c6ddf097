using System.Runtime.CompilerServices;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>The auxiliary loss of deep match to rank: a user vector must pick one item out of some.</summary>
/// <remarks>
/// <c>−log σ(uᵀv_0) − Σ_k log σ(−uᵀv_k)</c>, v_0 the item that was chosen. Source: Lyu et al., AAAI 2020, equation 4,
/// https://doi.org/10.1609/aaai.v34i01.5346; skip-gram's negative sampling, Mikolov et al., 2013.
/// </remarks>
public static class ChoiceLoss
{
    private const int Most = 1024;

    /// <summary>Loss and gradients of one user.</summary>
    /// <param name="user">[D, padded] u.</param>
    /// <param name="choices">[rows × D] v, the chosen one first; become their gradients.</param>
    /// <param name="first">Row of the chosen one.</param>
    /// <param name="count">1 + K.</param>
    /// <param name="scale">Multiplies all gradients.</param>
    /// <param name="userGradient">[D, padded] ∂loss/∂u, written.</param>
    /// <returns>The loss, not scaled.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there are more than 1,024 choices.</exception>
    [SkipLocalsInit]
    public static double Learn(
        ReadOnlySpan<float> user, in PanelMatrix choices, int first, int count, float scale, Span<float> userGradient)
    {
        Requires.SameLength(choices.Panels * choices.Width, user.Length, userGradient.Length);
        Requires.Room(choices.Rows, first + (long)count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        Span<float> slopes = stackalloc float[Most], powers = stackalloc float[Most];
        slopes = slopes[..count];
        powers = powers[..count];
        for (int k = 0; k < slopes.Length; k++)
        {
            float score = 0;
            for (int panel = 0; panel < choices.Panels; panel++)
            {
                score += Vectors.Dot(user.Slice(panel * choices.Width, choices.Width), choices.Panel(panel, first + k, 1));
            }

            // The loss of a choice is log(1 + eˣ), with x = −s for the chosen one and s for the others.
            slopes[k] = k == 0 ? -score : score;
            powers[k] = -MathF.Abs(score);
        }

        Vectors.ExpOfDifference(powers, 0);
        double loss = 0, product = 1;
        userGradient.Clear();
        for (int k = 0; k < slopes.Length; k++)
        {
            // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|); the logarithms of 2 or less are taken of their product.
            loss += Math.Max(slopes[k], 0);
            product *= 1 + (double)powers[k];
            float sigmoid = (slopes[k] >= 0 ? 1 : powers[k]) / (1 + powers[k]);
            slopes[k] = scale * (k == 0 ? -sigmoid : sigmoid);
            for (int panel = 0; panel < choices.Panels; panel++)
            {
                Span<float> choice = choices.Panel(panel, first + k, 1);
                Vectors.AddScaled(userGradient.Slice(panel * choices.Width, choices.Width), choice, slopes[k]);
                Vectors.SetScaled(choice, user.Slice(panel * choices.Width, choices.Width), slopes[k]);
            }

            if (product > 1e280)
            {
                loss += Math.Log(product);
                product = 1;
            }
        }

        return loss + Math.Log(product);
    }
}
