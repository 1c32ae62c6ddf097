using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Core.Versions;
using Freshet.Embeddings;
using Freshet.Features;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Tests.Training;

namespace Freshet.Tests.Serving;

/// <summary>
/// Versions whose rankings are known: version 0 and changes that lead from each to the next, made one after the other by changing one model in
/// place. Each change writes a third of the rows and the dense weights, and admits an item.
/// </summary>
internal sealed class KnownVersions : IDisposable
{
    public const int Candidates = 40;
    public const ulong Seed = 7;
    private const int FirstItems = 12, UserSlot = 0, ItemSlot = 1;
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-live-").FullName;
    private readonly List<RankingModel> _wholes = [];
    private readonly List<ModelChanges> _changes = [];
    private readonly List<(float[] Probabilities, int[] Order)> _rankings = [];

    public KnownVersions(int count, int seed = 1)
    {
        Rows = Describe(new FeatureStage(Scene));
        var random = new Random(seed);
        using RankingModel writer = RankingModel.Create(Scene);
        Write(writer, UserSlot, "user", "u0", random);
        for (int item = 0; item < FirstItems; item++)
        {
            Write(writer, ItemSlot, "item", $"i{item}", random);
        }

        writer.ClearChanges();
        using RankingModel inPlace = writer.Clone();
        Add(inPlace);
        for (int state = 1; state < count; state++)
        {
            int items = FirstItems + state;
            for (int item = state % 3; item < items; item += 3)
            {
                Write(writer, ItemSlot, "item", $"i{item}", random);
            }

            Write(writer, ItemSlot, "item", $"i{items - 1}", random);
            float[] dense = writer.Dense.CopyWeights();
            dense[state % dense.Length] += 0.25f;
            writer.Dense.SetWeights(dense);
            writer.Prepare();
            _changes.Add(new ModelChanges(writer));
            writer.ClearChanges();
            _changes[^1].ApplyTo(inPlace);
            Add(inPlace);
        }

        Assert.Equal(count, _rankings.Select(ranking => string.Join(' ', ranking.Probabilities)).Distinct().Count());
    }

    public static Scene Scene { get; } = TinyScene.Of("esmm", extra: "serving: { exploration: 0.2 }");

    /// <summary>[<see cref="Candidates"/>] read by any thread.</summary>
    public SnapshotColumns Rows { get; }

    public int Count => _wholes.Count;

    public void Dispose()
    {
        _wholes.ForEach(model => model.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Fills a request with the candidates of <see cref="Rows"/>.</summary>
    public static RankRequest Request()
    {
        var request = new RankRequest { Seed = Seed };
        for (int item = 0; item < Candidates; item++)
        {
            BehaviourEvent candidate = request.AddCandidate();
            candidate.CopyFrom(TinyScene.Impression(1_000));
            candidate.Set(EventText.ItemId, $"i{item}");
            candidate.Set(EventText.Surface, "home");
        }

        return request;
    }

    public LiveModel Live(Action<RankingModel>? freeing = null, TimeSpan? leaseWait = null) =>
        new(Scene, new ModelFolder(_folder)) { Freeing = freeing, LeaseWait = leaseWait ?? TimeSpan.FromMinutes(1) };

    /// <summary>A version with its own model, which the caller owns.</summary>
    public ServedModel Whole(int state, long sequence = 1)
    {
        (ModelVersion version, ModelManifest manifest) = Name(state, sequence);
        return new ServedModel(version, manifest, _wholes[state].Clone());
    }

    /// <summary>What leads to <paramref name="state"/> from the one before.</summary>
    public ModelChanges Changes(int state) => _changes[state - 1];

    /// <summary>The name tells which state the version is.</summary>
    public (ModelVersion Version, ModelManifest Manifest) Name(int state, long sequence = 1)
    {
        var version = new ModelVersion(state, sequence);
        return (version, new ModelManifest
        {
            Format = ModelManifest.CurrentFormat,
            Scene = Scene.Name,
            Model = Scene.Model.Name,
            Version = version.ToString(),
            Kind = VersionKind.Increment,
            Cutoff = state,
            Watermark = state,
            Samples = 0,
            Size = 0,
            Checksum = "",
        });
    }

    public void Apply(LiveModel live, int state, long sequence = 1)
    {
        (ModelVersion version, ModelManifest manifest) = Name(state, sequence);
        live.Apply(Changes(state), version, manifest);
    }

    /// <summary>The ranking of a version when nothing else happens.</summary>
    public (float[] Probabilities, int[] Order) Ranking(ModelVersion version) => _rankings[(int)version.Watermark];

    private static SnapshotColumns Describe(FeatureStage features)
    {
        var rows = new SnapshotColumns(features.Schema);
        RankRequest request = Request();
        for (int i = 0; i < request.Count; i++)
        {
            features.Snapshot(request.Candidate(i), EventTime.OfRequest(request.Candidate(i).At, features.Now), rows);
        }

        return rows;
    }

    private static void Write(RankingModel model, int slot, string name, string value, Random random)
    {
        EmbeddingTable table = model.TableOf(slot);
        int row = table.Sight(new FeatureHash(name).Of(value), threshold: 1);
        foreach (ref float weight in table.Vector(row))
        {
            weight = random.NextSingle() - 0.5f;
        }

        foreach (ref float weight in table.WideWeights(row))
        {
            weight = random.NextSingle() - 0.5f;
        }

        table.MarkChanged([row]);
    }

    private void Add(RankingModel model)
    {
        float[] probabilities = new float[Candidates];
        int[] order = new int[Candidates];
        new Ranker(Scene).Rank(model, Rows, Seed, probabilities, order);
        _rankings.Add((probabilities, order));
        _wholes.Add(model.Clone());
    }
}
