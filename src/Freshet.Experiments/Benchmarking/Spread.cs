namespace Freshet.Experiments.Benchmarking;

/// <summary>One number a slice.</summary>
/// <param name="Median">Of the slices; the upper one of two.</param>
/// <param name="Lowest">Slowest slice.</param>
/// <param name="Highest">Fastest slice.</param>
internal readonly record struct Spread(double Median, double Lowest, double Highest)
{
    /// <summary>The spread of <paramref name="values"/>, of which there is at least one.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }
}
