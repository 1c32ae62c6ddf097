namespace Freshet.Core.Metrics;

/// <summary>Mean cross-entropy of probabilities, in nats.</summary>
/// <remarks>−(1/n)·Σ [y·ln p + (1 − y)·ln(1 − p)], p clamped to [10⁻⁷, 1 − 10⁻⁷]; all in double.</remarks>
public static class LogLoss
{
    /// <summary>Probabilities nearer to 0 or 1 count as this far from it: one certain mistake costs at most 16.1 nats.</summary>
    public const double Clamp = 1e-7;

    /// <summary>Log loss of <paramref name="probabilities"/>, &gt;= 0.</summary>
    /// <param name="probabilities">[Count] in [0, 1].</param>
    /// <param name="labels">[Count].</param>
    /// <returns>NaN without rows, or where a probability is NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        Lengths.MustBeEqual(probabilities.Length, labels.Length, nameof(labels));
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            sum += OfRow(probabilities[i], labels[i]);
        }

        return sum / labels.Length;
    }

    /// <summary>Cross-entropy of one row, in nats.</summary>
    public static double OfRow(double probability, bool label)
    {
        double p = Math.Clamp(probability, Clamp, 1 - Clamp);
        return label ? -Math.Log(p) : -Math.Log(1 - p);
    }
}
