namespace Freshet.Core.Metrics;

/// <summary>A number and its 95 % interval.</summary>
/// <param name="Estimate">On the rows as they are.</param>
/// <param name="Lower">2.5 % quantile of the resamples, at most <paramref name="Estimate"/>.</param>
/// <param name="Upper">97.5 % quantile of the resamples, at least <paramref name="Estimate"/>.</param>
public readonly record struct BootstrapInterval(double Estimate, double Lower, double Upper)
{
    /// <summary>Whether the whole interval lies above or below 0.</summary>
    internal bool ExcludesZero => Lower > 0 || Upper < 0;
}
