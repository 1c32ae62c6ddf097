namespace Freshet.Benchmarks;

/// <summary>Processor time, for ratios on a machine that others use too: waiting for a core does not count.</summary>
internal static class CpuTime
{
    /// <summary>Nanoseconds an operation, over all threads of the process.</summary>
    public static double Of(Action work, int operations)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / operations;
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
