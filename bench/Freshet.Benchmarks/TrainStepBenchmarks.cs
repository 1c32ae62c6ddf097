using BenchmarkDotNet.Attributes;
using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Models;

namespace Freshet.Benchmarks;

/// <summary>
/// One step of learning, and one pass of ranking, at the size of the real-log replay: 30 slots of one id, D 16, 10 dense
/// features, 3 tasks, layers 64, 32, batches of 512. Numbers read ns per sample.
/// </summary>
[MemoryDiagnoser]
public class TrainStepBenchmarks
{
    private const int Slots = 30;
    private const int BatchSize = 512;
    private const int Batches = 20;
    private readonly List<SnapshotColumns> _batches = [];
    private readonly float[] _labels = new float[BatchSize * 3];
    private readonly float[] _probabilities = new float[BatchSize * 3];
    private readonly ModelWorkspace _workspace = new();
    private RankingModel? _model;
    private RankingModel? _restarted;

    [Params("lr", "deepfm", "esmm")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        Scene scene = CreateScene(Model);
        var random = new Random(42);
        for (int batch = 0; batch < Batches; batch++)
        {
            _batches.Add(CreateBatch(scene, random));
        }

        for (int label = 0; label < _labels.Length; label++)
        {
            _labels[label] = label % 3 == 0 ? random.Next(2) : _labels[label - 1] * random.Next(2);
        }

        _model = RankingModel.Create(scene);
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
        foreach (SnapshotColumns batch in _batches)
        {
            loss += _model!.Learn(batch, _labels, [], LearnPhase.Base);
        }

        return loss;
    }

    [Benchmark(OperationsPerInvoke = Batches * BatchSize)]
    public void Predict()
    {
        foreach (SnapshotColumns batch in _batches)
        {
            _model!.Predict(batch, 0, batch.Count, _probabilities, _workspace, referenceBias: true);
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
        Model = new ModelOptions { Name = model, Layers = [64, 32] },
    };

    // Two slots of 30,000 ids (users, items), the others of 2 to 4,096, popular ids more often.
    private static SnapshotColumns CreateBatch(Scene scene, Random random)
    {
        var columns = new SnapshotColumns(new SnapshotSchema(scene), BatchSize);
        for (int row = 0; row < BatchSize; row++)
        {
            foreach (ref float value in columns.BeginRow())
            {
                value = random.NextSingle() - 0.5f;
            }

            for (int slot = 0; slot < Slots; slot++)
            {
                int cardinality = slot < 2 ? 30_000 : 2 << (slot % 12);
                double popular = random.NextDouble();
                columns.AddId((ulong)(popular * popular * cardinality) * 0x9E3779B97F4A7C15);
                columns.EndSlot();
            }

            columns.EndRow((ulong)(row % 20) + 1, 1);
        }

        return columns;
    }
}
