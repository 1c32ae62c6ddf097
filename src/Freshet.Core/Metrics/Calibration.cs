namespace Freshet.Core.Metrics;

/// <summary>PCOC, predicted clicks over clicks: 1 is calibrated, above 1 promises too much.</summary>
/// <remarks>PCOC = Σp ÷ Σy, summed in double.</remarks>
public static class Calibration
{
    /// <summary>PCOC of <paramref name="probabilities"/>, &gt;= 0.</summary>
    /// <param name="probabilities">[Count] in [0, 1].</param>
    /// <param name="labels">[Count].</param>
    /// <returns>NaN without positives.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        Lengths.MustBeEqual(probabilities.Length, labels.Length, nameof(labels));
        double predicted = 0;
        foreach (float p in probabilities)
        {
            predicted += p;
        }

        return OfSums(predicted, labels.Count(true));
    }

    internal static double OfSums(double predicted, double positives) =>
        positives == 0 ? double.NaN : predicted / positives;
}
