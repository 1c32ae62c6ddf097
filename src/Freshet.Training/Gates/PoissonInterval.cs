namespace Freshet.Training.Gates;

/// <summary>The means that a count is likely to come from.</summary>
/// <remarks>
/// Wilson and Hilferty's approximation of the exact interval (Byar's form), within 1 % of it from a count of 1 on:
/// Breslow and Day, Statistical Methods in Cancer Research II, IARC 1987, section 2.3.
/// </remarks>
public readonly record struct PoissonInterval(double Lower, double Upper)
{
    /// <summary>Standard normal quantile of the two-sided 99.9 % that all gates use: hundreds of windows a day are judged.</summary>
    public const double Quantile = 3.29;

    /// <summary>The interval of <paramref name="count"/> events, &gt;= 0.</summary>
    public static PoissonInterval Of(long count)
    {
        double upper = count + 1;
        return new(count == 0 ? 0 : Bound(count, -Quantile), Bound(upper, Quantile));
    }

    private static double Bound(double count, double quantile) =>
        count * Math.Pow(Math.Max(0, 1 - (1 / (9 * count)) + (quantile / (3 * Math.Sqrt(count)))), 3);
}
