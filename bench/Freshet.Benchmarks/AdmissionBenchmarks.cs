using BenchmarkDotNet.Attributes;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>
/// What counting and admission cost a step of learning: one model and one stream of traffic, with every id admitted at first sight, and with thresholds of 10 and exact counts, or counts in a
/// sketch. The log has medians over rounds that take the three in turn, in processor time a sample: the step, and, with thresholds, the sightings of ids without a row alone.
/// </summary>
/// <remarks>
/// <c>--filter '*AdmissionBenchmarks*' -i --strategy Monitoring --warmupCount 0 --iterationCount 1</c>. 24 slots of one id: 4 have 10 million values, as people, items and their crosses
/// have, 20 have 2 to 4,096; popular values more often (Zipf, 1.05). The model has learnt 102,400 samples; each round returns to it and learns the 20,480 that follow. One thread.
/// </remarks>
public class AdmissionBenchmarks
{
    private const int Slots = 24;
    private const int LargeSlots = 4;
    private const int LargeValues = 10_000_000;
    private const int BatchSize = 2048;
    private const int BaseBatches = 50;
    private const int Batches = 10;
    private const int Threshold = 10;
    private const int Rounds = 7;
    private readonly List<LearnBatch> _batches = [];

    [Params("lr", "esmm-dfm-dmr")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        Scene scene = CreateScene(new AdmissionOptions());
        var random = new Random(42);
        for (int batch = 0; batch < BaseBatches + Batches; batch++)
        {
            _batches.Add(CreateBatch(scene, random));
        }
    }

    [Benchmark]
    public void Learn()
    {
        var hard = new AdmissionOptions { Full = Threshold, Incremental = Threshold };
        List<Variant> variants =
        [
            new("at first sight", CreateScene(new AdmissionOptions { Rule = AdmissionRule.None }), _batches),
            new("exact", CreateScene(hard), _batches),
            new("sketch", CreateScene(hard with { Sketch = new CountSketchOptions(100_000, 0.01) }), _batches),
        ];
        for (int round = 0; round < Rounds; round++)
        {
            variants.ForEach(variant => variant.Run());
        }

        variants.ForEach(variant => Console.WriteLine(variant.Describe(Model, variants[0])));
        variants.ForEach(variant => variant.Dispose());
    }

    private Scene CreateScene(AdmissionOptions admission) => new()
    {
        Name = "benchmark",
        Behaviours = [new Behaviour { Name = "click", EventType = "click" }, new Behaviour { Name = "watch30", EventType = "watch", Parent = 0 }],
        Slots = [.. Enumerable.Range(0, Slots).Select(slot => new Slot { Name = $"slot{slot}", Table = $"slot{slot}", Admission = admission })],
        History = new HistoryOptions { Length = 20, Behaviours = [0], ItemSlot = 1 },
        Model = new ModelOptions { Name = Model, Layers = [64, 32] },
    };

    private static LearnBatch CreateBatch(Scene scene, Random random)
    {
        var batch = new LearnBatch(scene.SnapshotSchema(), BatchSize);
        for (int row = 0; row < BatchSize; row++)
        {
            _ = batch.Features.BeginRow();
            for (int slot = 0; slot < Slots; slot++)
            {
                batch.Features.AddId(TableDraws.Id(TableDraws.Zipf(random, slot < LargeSlots ? LargeValues : 2 << (slot % 12))));
                batch.Features.EndSlot();
            }

            for (int place = 0; place < 20; place++)
            {
                batch.Features.AddHistory(TableDraws.Id(TableDraws.Zipf(random, LargeValues)), behaviour: 0, 0);
            }

            batch.Features.EndRow((ulong)(row % 20) + 1, 1);
            int depth = random.Next(3);
            batch.Add(depth == 0 ? 0u : 1u | (depth > 1 ? 2u : 0), [], []);
        }

        return batch;
    }

    private sealed class Variant : IDisposable
    {
        private readonly string _name;
        private readonly IReadOnlyList<LearnBatch> _batches;
        private readonly RankingModel _start;
        private readonly RankingModel _model;
        private readonly List<double> _steps = [];
        private readonly List<double> _sightings = [];
        private long _waiting;

        public Variant(string name, Scene scene, IReadOnlyList<LearnBatch> batches)
        {
            (_name, _batches) = (name, batches);
            _start = RankingModel.Create(scene);
            _start.Team = WorkerTeam.Alone;
            Learn(_start, 0, BaseBatches);
            _model = _start.Clone();
            _model.Team = WorkerTeam.Alone;
        }

        private static int Samples => Batches * BatchSize;

        public void Run()
        {
            _model.CopyFrom(_start);
            _steps.Add(CpuTime.Of(() => Learn(_model, BaseBatches, Batches), Samples));
            _model.CopyFrom(_start);
            _waiting = 0;
            double found = CpuTime.Of(() => Look(null), Samples);
            _sightings.Add(CpuTime.Of(() => Look(Threshold), Samples) - found);
        }

        public string Describe(string model, Variant first)
        {
            double step = CpuTime.Median(_steps);
            string sightings = ReferenceEquals(this, first)
                ? ""
                : $", {(double)_waiting / Samples:F1} sightings of ids without a row, {CpuTime.Median(_sightings):F0} ns: " +
                  $"{CpuTime.Median(_sightings.Zip(_steps, (part, whole) => part / whole)):P1} of the step";
            return $"// {model}, {_name}: {_start.Tables.Sum(table => (long)table.Rows)} rows; a sample {step:F0} ns, " +
                $"{CpuTime.Median(_steps.Zip(first._steps, (own, other) => own / other)):F3} of that at first sight{sightings}";
        }

        public void Dispose()
        {
            _model.Dispose();
            _start.Dispose();
        }

        private void Learn(RankingModel model, int first, int count)
        {
            for (int batch = first; batch < first + count; batch++)
            {
                _ = model.Learn(_batches[batch], LearnPhase.Base);
            }
        }

        // Finds the ids of the batches, and sights those without a row.
        private void Look(int? threshold)
        {
            for (int batch = BaseBatches; batch < BaseBatches + Batches; batch++)
            {
                SnapshotColumns features = _batches[batch].Features;
                for (int sample = 0; sample < BatchSize; sample++)
                {
                    for (int slot = 0; slot < Slots; slot++)
                    {
                        ulong id = features.Ids(sample, slot)[0];
                        EmbeddingTable table = _model.Embeddings.All[slot];
                        if (table.Find(id) < 0 && threshold is { } sightings)
                        {
                            _waiting++;
                            _ = table.Sight(id, sightings);
                        }
                    }
                }
            }
        }
    }
}
