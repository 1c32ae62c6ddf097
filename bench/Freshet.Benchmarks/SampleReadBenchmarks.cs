using BenchmarkDotNet.Attributes;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Benchmarks;

/// <summary>
/// Samples from Parquet files into batches of 512: 24 slots of one id, 15 dense features, a history of 50, 3 labels, about 1.2 kB a
/// sample; six hours of a day, committed every 15 minutes, read from the page cache. Read the result as ns per sample.
/// </summary>
[MemoryDiagnoser]
[MinColumn]
public class SampleReadBenchmarks
{
    private const int Samples = 49_152;
    private const int Slots = 24;
    private const int Dense = 15;
    private const int History = 50;
    private const int Cutoffs = 24;
    private const long Start = 1_772_409_600_000; // 2026-03-02T00:00Z
    private const long Quarter = 15 * 60_000;
    private readonly SnapshotColumns _columns = new(CreateScene(0).SnapshotSchema(), 512);
    private string _root = "";
    private SampleFolder _folder = null!;
    private long _cutoff;

    [GlobalSetup]
    public void Setup()
    {
        _root = Directory.CreateTempSubdirectory("freshet-bench-").FullName;
        Scene scene = CreateScene(0);
        _folder = new SampleFolder(_root, scene);
        var table = new SampleTable(scene, keepImpressions: true);
        var random = new Random(42);
        var shown = new BehaviourEvent();
        for (int commit = 0; commit < Cutoffs; commit++)
        {
            for (int i = 0; i < Samples / Cutoffs; i++)
            {
                Show(table, shown, random, Start + (commit * Quarter) + (i * Quarter * Cutoffs / Samples));
            }

            _cutoff = Start + ((commit + 1) * Quarter);
            _folder.Commit(_cutoff, table);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_root, recursive: true);

    /// <summary>A whole day into memory: what training from files would do without the reader.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Samples)]
    public int LoadDay() => _folder.Load(_cutoff, new DateOnly(2026, 3, 2)).Features.Count;

    /// <summary>One by one on the caller's thread: what reading costs one core.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public long ReadInOrder()
    {
        long labels = 0;
        using SampleReader reader = _folder.ReadInOrder(_cutoff);
        while (reader.MoveNext())
        {
            if (_columns.Count == 512)
            {
                _columns.Clear();
            }

            reader.AppendSnapshot(_columns);
            labels += reader.Sample.Labels;
        }

        return labels;
    }

    /// <summary>As training takes them: batches of 512, the consumer doing nothing with them.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    [Arguments(0)]
    [Arguments(16_384)]
    public long Batches(int window)
    {
        long count = 0;
        using var batches = new SampleBatches(_folder, CreateScene(window), _cutoff, long.MinValue, long.MaxValue, LearnPhase.Base);
        while (batches.Next())
        {
            count += batches.Current.Count;
        }

        return count;
    }

    private static void Show(SampleTable table, BehaviourEvent shown, Random random, long at)
    {
        SnapshotColumns features = table.Features;
        foreach (ref float value in features.BeginRow())
        {
            value = random.NextSingle();
        }

        for (int slot = 0; slot < Slots; slot++)
        {
            // Two slots of 30,000 ids (users, items), the others of 2 to 4,096, popular ids more often.
            double popular = random.NextDouble();
            features.AddId((ulong)(popular * popular * (slot < 2 ? 30_000 : 2 << (slot % 12))) * 0x9E3779B97F4A7C15);
            features.EndSlot();
        }

        for (long i = 0, then = at; i < History; i++)
        {
            then -= random.Next(600_000);
            double popular = random.NextDouble();
            features.AddHistory((ulong)(popular * popular * 5_000) * 0x9E3779B97F4A7C15, (byte)random.Next(2), then);
        }

        int row = features.EndRow((ulong)random.Next(20), 1);
        shown.Clear();
        shown.Set(EventText.Type, "impression");
        shown.Set(EventText.EventId, $"event{row}");
        shown.Set(EventText.UserId, $"user{random.Next(30_000)}");
        shown.Set(EventText.RequestId, $"request{row / 6}");
        shown.Set(EventText.ItemId, $"host{random.Next(5_000)}");
        shown.At = at;
        table.Impressions!.Add(shown);
        IdentityKey key = IdentityKey.Of(shown);
        uint labels = random.Next(5) == 0 ? 1u | (uint)random.Next(2) << 1 : 0;
        long none = SampleDay.NoTime;
        table.Open(new DateOnly(2026, 3, 2)).Add(
            new LabelledSample(at, row, 0, labels, key.Low), key, [none, none, none], [double.NaN, double.NaN, double.NaN], []);
    }

    private static Scene CreateScene(int window) => new()
    {
        Name = "benchmark",
        Behaviours =
        [
            new Behaviour { Name = "click", EventType = "click" },
            new Behaviour { Name = "watch30", EventType = "watch", Parent = 0 },
            new Behaviour { Name = "follow", EventType = "follow", Parent = 0 },
        ],
        Slots = [.. Enumerable.Range(0, Slots).Select(slot => new Slot { Name = $"slot{slot}", Table = $"slot{slot}" })],
        Dense = [.. Enumerable.Range(0, Dense).Select(feature => new DenseFeature
        {
            Name = $"dense{feature}",
            Source = new NumericSource { Kind = NumericKind.Closeness },
        })],
        History = new HistoryOptions { Length = History, Behaviours = [0, 1], ItemSlot = 1 },
        Training = new TrainingOptions { BatchSize = 512, ShuffleWindow = window },
    };
}
