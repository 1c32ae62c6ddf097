namespace Freshet.Core.Metrics;

/// <summary>Area under the ROC curve: how often a positive is scored above a negative.</summary>
/// <remarks>
/// AUC = (Σ over pairs of a positive and a negative of [s⁺ &gt; s⁻] + ½·[s⁺ = s⁻]) ÷ (P·N), the Mann–Whitney statistic with
/// mid-ranks for ties (Hanley, McNeil 1982, https://doi.org/10.1148/radiology.143.1.7063747). The pairs are counted in
/// integers, so the order of the rows changes no bit.
/// </remarks>
public static class Auc
{
    /// <summary>AUC of <paramref name="scores"/>, in [0, 1].</summary>
    /// <param name="scores">[Count] any increasing function of the probability.</param>
    /// <param name="labels">[Count].</param>
    /// <returns>NaN where a class is missing or a score is NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        Lengths.MustBeEqual(scores.Length, labels.Length, nameof(labels));
        float[] keys = scores.ToArray();
        bool[] sorted = labels.ToArray();
        Array.Sort(keys, sorted);
        return OfSorted(keys, sorted);
    }

    /// <summary>AUC of rows in ascending order of score; NaN sorts first.</summary>
    internal static double OfSorted(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.IsEmpty || float.IsNaN(scores[0]))
        {
            return double.NaN;
        }

        var pairs = new PairCount();
        for (int i = 0; i < scores.Length; i++)
        {
            bool endsTie = i + 1 == scores.Length || scores[i + 1] != scores[i];
            pairs.Add(labels[i], weight: 1, endsTie);
        }

        return pairs.Auc;
    }
}
