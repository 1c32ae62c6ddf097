namespace Freshet.Core.Metrics;

/// <summary>A metric on the rows as they are and on each resample of one <see cref="ClusterBootstrap"/>. Immutable.</summary>
public sealed class Replicates
{
    private readonly double[] _values;
    private readonly ClusterBootstrap _source;

    internal Replicates(ClusterBootstrap source, double estimate, double[] values)
    {
        _source = source;
        Estimate = estimate;
        _values = values;
    }

    /// <summary>The metric on the rows as they are.</summary>
    public double Estimate { get; }

    /// <summary>[resamples] the metric on each resample; NaN where the resample has no such metric (a class is missing).</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The metric with its 95 % percentile interval; resamples without the metric are left out.</summary>
    internal BootstrapInterval Interval() => IntervalOf(Estimate, _values);

    /// <summary>The paired difference, this minus <paramref name="other"/>: both on the same resamples.</summary>
    /// <exception cref="ArgumentException"><paramref name="other"/> is from another <see cref="ClusterBootstrap"/>.</exception>
    public BootstrapInterval Minus(Replicates other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_source != other._source)
        {
            throw new ArgumentException(
                "The two metrics come from different bootstraps, so their resamples are not paired. "
                + "Compute both with one ClusterBootstrap.",
                nameof(other));
        }

        double[] differences = new double[_values.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = _values[i] - other._values[i];
        }

        return IntervalOf(Estimate - other.Estimate, differences);
    }

    private static BootstrapInterval IntervalOf(double estimate, double[] values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        if (sorted.Length == 0)
        {
            return new BootstrapInterval(estimate, double.NaN, double.NaN);
        }

        double lower = Quantile(sorted, 0.025), upper = Quantile(sorted, 0.975);
        return new BootstrapInterval(estimate, Math.Min(lower, estimate), Math.Max(upper, estimate));
    }

    /// <summary>Linear between order statistics (type 7 of Hyndman, Fan 1996).</summary>
    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((at - below) * (above - sorted[below]));
    }
}
