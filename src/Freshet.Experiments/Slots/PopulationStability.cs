namespace Freshet.Experiments.Slots;

/// <summary>How far the values of a slot in an increment are from those in the base.</summary>
/// <param name="Index">
/// Population stability index Σ (p − q) · ln(p ÷ q) over bins, ≥ 0, not corrected; p is a bin's share in the base, q in the increment, half a
/// sighting added to each count.
/// </param>
/// <param name="Noise">What the index of two samples of one distribution is expected to be: (bins − 1) · (1/n + 1/m) for n and m sightings.</param>
/// <param name="Bins">Bins.</param>
/// <param name="BaseValues">Effective number of values in the base: 1 ÷ the chance that two sightings have the same id; null: no two have.</param>
/// <param name="IncrementValues">The same of the increment.</param>
/// <remarks>
/// A bin is one of the base's <see cref="MostBins"/> most frequent ids; all others are one more. Where the base has more ids than that, an id that
/// is not expected once in the increment has no bin of its own: its count would be noise. The effective number is the unbiased estimate
/// (Simpson 1949, https://doi.org/10.1038/163688a0), so a thin increment is not concentrated for being thin. Counts are taken as independent
/// draws: what a user sees in one visit is to be counted once.
/// </remarks>
public sealed record PopulationStability(double Index, double Noise, int Bins, double? BaseValues, double? IncrementValues)
{
    /// <summary>Most ids that have a bin of their own.</summary>
    public const int MostBins = 32;

    /// <summary>An index beyond this, above its noise, is a shift.</summary>
    public const double Shift = 0.25;

    /// <summary>Whether the values shifted by more than noise explains.</summary>
    public bool IsShifted => Index - Noise > Shift;

    /// <summary>Whether the increment has less than half as many effective values as the base.</summary>
    public bool IsConcentrated => IncrementValues is { } values && !(BaseValues <= 2 * values);

    /// <summary>Compares counts of ids; null where one of the two has none.</summary>
    public static PopulationStability? Of(IReadOnlyDictionary<ulong, long> inBase, IReadOnlyDictionary<ulong, long> inIncrement)
    {
        ArgumentNullException.ThrowIfNull(inBase);
        ArgumentNullException.ThrowIfNull(inIncrement);
        long n = inBase.Values.Sum(), m = inIncrement.Values.Sum();
        if (n == 0 || m == 0)
        {
            return null;
        }

        List<(long Base, long Increment)> bins =
        [
            .. inBase.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MostBins)
                .Where(pair => inBase.Count <= MostBins || (double)pair.Value * m >= n)
                .Select(pair => (pair.Value, inIncrement.GetValueOrDefault(pair.Key))),
        ];
        (long Base, long Increment) rest = (n - bins.Sum(bin => bin.Base), m - bins.Sum(bin => bin.Increment));
        if (rest != (0, 0))
        {
            bins.Add(rest);
        }

        double index = 0;
        foreach ((long countInBase, long countInIncrement) in bins)
        {
            double p = (countInBase + 0.5) / (n + (0.5 * bins.Count)), q = (countInIncrement + 0.5) / (m + (0.5 * bins.Count));
            index += (p - q) * Math.Log(p / q);
        }

        return new PopulationStability(
            index, (bins.Count - 1) * ((1.0 / n) + (1.0 / m)), bins.Count, EffectiveValues(inBase.Values, n), EffectiveValues(inIncrement.Values, m));
    }

    private static double? EffectiveValues(IEnumerable<long> counts, long total)
    {
        double pairs = counts.Sum(count => (double)count * (count - 1));
        return pairs == 0 ? null : (double)total * (total - 1) / pairs;
    }
}
