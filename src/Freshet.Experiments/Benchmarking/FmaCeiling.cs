using Freshet.Kernels;

namespace Freshet.Experiments.Benchmarking;

/// <summary>The FMA ceiling of some threads at once, measured beside the work that is held against it.</summary>
internal sealed class FmaCeiling(TimeProvider time, int threads)
{
    // 0.1 ms where vectors have 512 bits.
    private const int Rounds = 30_000;

    /// <summary>What the threads reach together for about <paramref name="duration"/>; GFLOP/s.</summary>
    public double Measure(TimeSpan duration)
    {
        double[] rates = new double[threads];
        using var together = new Barrier(threads);
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => rates[thread] = Run(together, duration)))];
        foreach (Thread other in others)
        {
            other.Start();
        }

        rates[0] = Run(together, duration);
        foreach (Thread other in others)
        {
            other.Join();
        }

        return rates.Sum();
    }

    private double Run(Barrier together, TimeSpan duration)
    {
        together.SignalAndWait();
        long start = time.GetTimestamp(), operations = 0;
        TimeSpan elapsed;
        do
        {
            operations += FmaPeak.Run(Rounds, out _);
            elapsed = time.GetElapsedTime(start);
        }
        while (elapsed < duration);
        return operations / elapsed.TotalSeconds / 1e9;
    }
}
