using BenchmarkDotNet.Attributes;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>
/// One step of learning, and one pass of ranking, at the size of the real-log replay: 30 slots of one id, D 16, 10 dense
/// features, a history of 20, 3 tasks, layers 64, 32, batches of 512, one thread. Numbers read ns per sample.
/// </summary>
[MemoryDiagnoser]
public class TrainStepBenchmarks
{
    private const int Slots = 30;
    private const int BatchSize = 512;
    private const int Batches = 20;
    private const int Tasks = 3;
    private const int HistoryLength = 20;
    private readonly List<LearnBatch> _batches = [];
    private readonly float[] _probabilities = new float[BatchSize * Tasks];
    private readonly ModelWorkspace _workspace = new();
    private RankingModel? _model;
    private RankingModel? _restarted;

    [ParamsSource(nameof(Zoo))]
    public string Model { get; set; } = "";

    /// <summary>Every model there is.</summary>
    public static IEnumerable<string> Zoo => RankingModel.Zoo;

    [GlobalSetup]
    public void Setup()
    {
        Scene scene = CreateScene(Model);
        var random = new Random(42);
        for (int batch = 0; batch < Batches; batch++)
        {
            _batches.Add(CreateBatch(scene, random));
        }

        _model = RankingModel.Create(scene);
        _model.Team = WorkerTeam.Alone;
        Learn();
        _restarted = _model.Clone();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _model!.Dispose();
        _restarted!.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Batches * BatchSize)]
    public double Learn()
    {
        double loss = 0;
        foreach (LearnBatch batch in _batches)
        {
            loss += _model!.Learn(batch, LearnPhase.Base);
        }

        return loss;
    }

    [Benchmark(OperationsPerInvoke = Batches * BatchSize)]
    public void Predict()
    {
        foreach (LearnBatch batch in _batches)
        {
            _model!.Predict(batch.Features, 0, batch.Count, _probabilities, _workspace, referenceBias: true);
        }
    }

    /// <summary>What one restart from the base costs; ns for the whole model.</summary>
    [Benchmark]
    public void CopyFrom() => _restarted!.CopyFrom(_model!);

    private static Scene CreateScene(string model) => new()
    {
        Name = "benchmark",
        Behaviours =
        [
            new Behaviour { Name = "click", EventType = "click" },
            new Behaviour { Name = "watch30", EventType = "watch", Parent = 0 },
            new Behaviour { Name = "follow", EventType = "follow", Parent = 1 },
        ],
        Slots = [.. Enumerable.Range(0, Slots).Select(slot => new Slot { Name = $"slot{slot}", Table = $"slot{slot}" })],
        Dense = [.. Enumerable.Range(0, 10).Select(feature => new DenseFeature
        {
            Name = $"dense{feature}",
            Source = new NumericSource { Kind = NumericKind.Closeness },
        })],
        History = new HistoryOptions { Length = HistoryLength, Behaviours = [0], ItemSlot = 1 },
        Model = new ModelOptions { Name = model, Layers = [64, 32] },
    };

    // Two slots of 30,000 ids (users, items), the others of 2 to 4,096, popular ids more often. A parent is positive half the time.
    private static LearnBatch CreateBatch(Scene scene, Random random)
    {
        var batch = new LearnBatch(scene.SnapshotSchema(), BatchSize);
        for (int row = 0; row < BatchSize; row++)
        {
            AddSnapshot(batch.Features, random, (ulong)(row % 20) + 1);
            int depth = random.Next(4);
            batch.Add(depth == 0 ? 0u : 1u | (depth > 1 ? 2u : 0) | (depth > 2 ? 4u : 0), [], []);
        }

        return batch;
    }

    private static void AddSnapshot(SnapshotColumns columns, Random random, ulong position)
    {
        foreach (ref float value in columns.BeginRow())
        {
            value = random.NextSingle() - 0.5f;
        }

        for (int slot = 0; slot < Slots; slot++)
        {
            columns.AddId(DrawId(random, slot < 2 ? 30_000 : 2 << (slot % 12)));
            columns.EndSlot();
        }

        for (int place = 0; place < HistoryLength; place++)
        {
            columns.AddHistory(DrawId(random, 30_000), behaviour: 0, 0);
        }

        columns.EndRow(position, 1);
    }

    private static ulong DrawId(Random random, int cardinality)
    {
        double popular = random.NextDouble();
        return (ulong)(popular * popular * cardinality) * 0x9E3779B97F4A7C15;
    }
}
