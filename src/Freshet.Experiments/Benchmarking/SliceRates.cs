namespace Freshet.Experiments.Benchmarking;

/// <summary>What a measurement found.</summary>
/// <param name="RunsPerSecond">Runs of the work.</param>
/// <param name="PeakGflops">The FMA ceiling.</param>
/// <param name="AllocatedBytes">Managed bytes that one run allocates, all threads; mean.</param>
internal sealed record SliceRates(Spread RunsPerSecond, Spread PeakGflops, double AllocatedBytes);
