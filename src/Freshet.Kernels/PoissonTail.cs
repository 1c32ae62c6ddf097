namespace Freshet.Kernels;

/// <summary>Tails of the Poisson distribution.</summary>
public static class PoissonTail
{
    private const double Large = 1e200;
    private const double Most = 400;

    /// <summary>P(X ≥ <paramref name="count"/>) for X ~ Poisson(<paramref name="mean"/>), to about 1e-12.</summary>
    /// <param name="mean">≥ 0.</param>
    /// <param name="count">At most 0 gives 1.</param>
    /// <remarks>Bit-identical on every CPU. Takes as many operations as the smaller of the count and what a mean may reach.</remarks>
    public static double AtLeast(double mean, long count)
    {
        if (count <= 0)
        {
            return 1;
        }

        // Twelve deviations and more away the tail is below 1e-14.
        double reach = 12 * Math.Sqrt(mean);
        if (count > mean + reach + 40)
        {
            return 0;
        }

        if (count < mean - reach - 40)
        {
            return 1;
        }

        // Σ m^k/k! is kept below what a double holds: e^−m is multiplied in as the sum grows.
        double left = mean, term = 1, sum = 1;
        for (long k = 1; k < count; k++)
        {
            term *= mean / k;
            sum += term;
            if (sum > Large && left > 0)
            {
                double part = Math.Min(left, Most), factor = Logistic.Exp(-part);
                (term, sum, left) = (term * factor, sum * factor, left - part);
            }
        }

        for (; left > Most; left -= Most)
        {
            sum *= Logistic.Exp(-Most);
        }

        return Math.Clamp(1 - (sum * Logistic.Exp(-left)), 0, 1);
    }
}
