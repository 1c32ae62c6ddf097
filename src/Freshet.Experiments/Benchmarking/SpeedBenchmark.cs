using Freshet.Core.Snapshots;
using Freshet.Experiments.Reports;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Experiments.Benchmarking;

/// <summary>How fast the engine learns and ranks on this machine, on synthetic traffic: <c>freshet bench</c>.</summary>
public static class SpeedBenchmark
{
    private const int BatchCount = 50;
    private const int LatencyCapacity = 1 << 20;
    private const ulong Seed = 42;
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Learns fifty batches in turn, until the time is over.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the zoo has no such model.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> asked for it.</exception>
    public static BenchmarkReport Train(BenchmarkOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Scene scene = BenchmarkScene.Create(options);
        var traffic = new BenchmarkTraffic(options, scene, Seed);
        LearnBatch[] batches = [.. Enumerable.Range(0, BatchCount).Select(_ => traffic.NextBatch())];
        using var model = new BenchmarkModel(scene, options.Threads);
        int next = 0;
        SliceRates rates = Measure(options, time, () =>
        {
            _ = model.Learn(batches[next]);
            next = (next + 1) % BatchCount;
        }, cancellation);
        Spread runs = rates.RunsPerSecond;
        return Report("train", options, model, rates, FlopCount.TrainSample(options) * options.Batch) with
        {
            Impressions = options.Impressions,
            TrainSamplesPerSecond = runs.Median * options.Batch,
            TrainSamplesPerSecondMin = runs.Lowest * options.Batch,
            TrainSamplesPerSecondMax = runs.Highest * options.Batch,
        };
    }

    /// <summary>Ranks fifty requests in turn, with a model that has a row for every id in them, until the time is over.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the zoo has no such model.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> asked for it.</exception>
    public static BenchmarkReport Rank(BenchmarkOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Scene scene = BenchmarkScene.Create(options);
        var traffic = new BenchmarkTraffic(options, scene, Seed);
        SnapshotColumns[] requests = [.. Enumerable.Range(0, BatchCount).Select(_ => traffic.NextRequest())];
        float[] probabilities = new float[options.Candidates * options.Tasks];
        int[] order = new int[options.Candidates];
        using var model = new BenchmarkModel(scene, options.Threads);
        foreach (SnapshotColumns request in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            _ = model.Learn(WithoutClicks(request));
        }

        var latencies = new List<TimeSpan>(LatencyCapacity);
        int next = 0;
        SliceRates rates = Measure(options, time, () =>
        {
            long start = time.GetTimestamp();
            model.Rank(requests[next], probabilities, order);
            if (latencies.Count < LatencyCapacity)
            {
                latencies.Add(time.GetElapsedTime(start));
            }

            next = (next + 1) % BatchCount;
        }, cancellation, latencies.Clear);
        latencies.Sort();
        Spread runs = rates.RunsPerSecond;
        return Report("rank", options, model, rates, FlopCount.RankRequest(options)) with
        {
            Candidates = options.Candidates,
            RankCandidatesPerSecond = runs.Median * options.Candidates,
            RankCandidatesPerSecondMin = runs.Lowest * options.Candidates,
            RankCandidatesPerSecondMax = runs.Highest * options.Candidates,
            RankP50Us = latencies[latencies.Count / 2].TotalMicroseconds,
            RankP99Us = latencies[(int)(latencies.Count * 0.99)].TotalMicroseconds,
        };
    }

    private static LearnBatch WithoutClicks(SnapshotColumns request)
    {
        var batch = new LearnBatch(request.Schema, request.Count);
        for (int candidate = 0; candidate < request.Count; candidate++)
        {
            batch.Add(request, candidate, labels: 0, [], []);
        }

        return batch;
    }

    private static SliceRates Measure(
        BenchmarkOptions options, TimeProvider time, Action work, CancellationToken cancellation, Action? warm = null)
    {
        var meter = new SliceMeter(time, new FmaCeiling(time, options.Threads));
        TimeSpan warmUp = options.Duration / 2;
        meter.WarmUp(work, BatchCount, warmUp < s_longestWarmUp ? warmUp : s_longestWarmUp, cancellation);
        warm?.Invoke();
        return meter.Measure(work, options.Duration, cancellation);
    }

    private static BenchmarkReport Report(
        string benchmark, BenchmarkOptions options, BenchmarkModel model, SliceRates rates, double flopPerRun)
    {
        double gflops = rates.RunsPerSecond.Median * flopPerRun / 1e9;
        return new BenchmarkReport
        {
            Benchmark = benchmark,
            Model = options.Model,
            Batch = options.Batch,
            Slots = options.Slots,
            Dim = options.Dim,
            History = options.History,
            Attention = options.Attention,
            Negatives = options.Negatives,
            Layers = options.Layers,
            Tasks = options.Tasks,
            Vocabulary = options.Vocabulary,
            Zipf = options.Zipf,
            Threads = options.Threads,
            Seconds = options.Duration.TotalSeconds,
            FlopPerStep = flopPerRun,
            Gflops = gflops,
            FmaPeakGflops = rates.PeakGflops.Median,
            ShareOfFmaPeak = gflops / rates.PeakGflops.Median,
            AllocatedBytesPerStep = rates.AllocatedBytes,
            Rows = model.Rows,
            BytesRowsAndState = model.RowBytes,
            BytesTable = model.TableBytes,
        };
    }
}
