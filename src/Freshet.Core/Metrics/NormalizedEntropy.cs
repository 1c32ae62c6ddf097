namespace Freshet.Core.Metrics;

/// <summary>Log loss, measured by that of always predicting the base rate: below 1 the model knows something.</summary>
/// <remarks>
/// NE = log loss ÷ −[c·ln c + (1 − c)·ln(1 − c)], c the share of positives (He et al., "Practical lessons from predicting
/// clicks on ads at Facebook", 2014, https://doi.org/10.1145/2648584.2648589, section 3).
/// </remarks>
public static class NormalizedEntropy
{
    /// <summary>NE of <paramref name="probabilities"/>, &gt;= 0.</summary>
    /// <param name="probabilities">[Count] in [0, 1].</param>
    /// <param name="labels">[Count].</param>
    /// <returns>NaN where a class is missing, or a probability is NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels) =>
        OfSums(LogLoss.Of(probabilities, labels) * labels.Length, labels.Count(true), labels.Length);

    internal static double OfSums(double lossSum, double positives, double rows)
    {
        double rate = positives / rows;
        double entropy = -((rate * Math.Log(rate)) + ((1 - rate) * Math.Log(1 - rate)));
        return lossSum / rows / entropy; // 0·ln 0 is NaN: a missing class gives NaN
    }
}
