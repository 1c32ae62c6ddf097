using BenchmarkDotNet.Attributes;
using Freshet.Core;
using Freshet.Core.Metrics;

namespace Freshet.Benchmarks;

/// <summary>The interval of an arm's metric: 75 k impressions of 5 k users, 200 resamples, as in a replay of four days.</summary>
[MemoryDiagnoser]
public class ClusterBootstrapBenchmarks
{
    private const int Rows = 75_000;
    private const int Users = 5_000;
    private readonly float[] _scores = new float[Rows];
    private readonly bool[] _labels = new bool[Rows];
    private readonly ulong[] _users = new ulong[Rows];
    private ClusterBootstrap _bootstrap = new([]);

    [GlobalSetup]
    public void Setup()
    {
        var random = new SplitMix64(1);
        for (int row = 0; row < Rows; row++)
        {
            _scores[row] = (float)random.NextDouble();
            _labels[row] = random.NextDouble() < _scores[row];
            _users[row] = (ulong)random.NextBelow(Users);
        }

        _bootstrap = new ClusterBootstrap(_users);
    }

    [Benchmark(Baseline = true)]
    public double AucOnce() => Auc.Of(_scores, _labels);

    [Benchmark]
    public double AucReplicates() => _bootstrap.Auc(_scores, _labels).Estimate;

    [Benchmark]
    public double NormalizedEntropyReplicates() => _bootstrap.NormalizedEntropy(_scores, _labels).Estimate;
}
