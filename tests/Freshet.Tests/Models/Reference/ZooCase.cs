using Freshet.Models;
using Freshet.Scenes;
using Freshet.Tests.Golden;

namespace Freshet.Tests.Models.Reference;

/// <summary>A model of the zoo with a choice of options, and batches for it: small, odd, and with everything that may be absent.</summary>
internal sealed record ZooCase
{
    private const ulong Unknown = 999;
    private const ulong KnownItems = 7;
    private const ulong KnownTags = 6;
    private const ulong KnownUsers = 5;

    public required string Model { get; init; }

    public int Dim { get; init; } = 4;

    public int[] Layers { get; init; } = [6, 6, 4];

    public bool Residual { get; init; } = true;

    public LogitHead Head { get; init; }

    public TaskLinks? Tasks { get; init; }

    public bool PositionBias { get; init; }

    public AttentionActivation Activation { get; init; } = AttentionActivation.Tanh;

    public bool Behaviours { get; init; }

    public AuxiliaryPositions Positions { get; init; } = AuxiliaryPositions.Renumber;

    public int Negatives { get; init; } = 2;

    public int Hidden { get; init; } = 3;

    /// <summary>L; 0: no history.</summary>
    public int Length { get; init; } = 4;

    /// <summary>Adds two regressions: a squared one of logarithms and a Huber of plain values.</summary>
    public bool Regressions { get; init; }

    public ExpertOptions Experts { get; init; } = new() { Shared = 2, Own = 1, Units = [5, 3], Levels = 2 };

    public int CrossLayers { get; init; } = 2;

    public int Dense { get; init; } = 2;

    /// <summary>Target bags of no, one or several items; else one item each.</summary>
    public bool RaggedTargets { get; init; }

    /// <summary>Samples of one request, which share their user's side.</summary>
    public int PerRequest { get; init; } = 1;

    public int Samples { get; init; } = 6;

    /// <summary>Ids that have rows, of every table; those of tables that the model lacks are left out by the caller.</summary>
    public static IEnumerable<(string Table, ulong Id)> Ids(ModelBench bench)
    {
        (string Table, ulong First, ulong Count)[] tables =
            [("item", 0, KnownItems), ("tag", 0, KnownTags), ("user", 0, KnownUsers), ("(output)", 0, KnownItems), ("(position)", 1, 3)];
        return tables.Where(table => bench.Tables.ContainsKey(table.Table)).SelectMany(
            table => Enumerable.Range(0, (int)table.Count).Select(i => (table.Table, table.First + (ulong)i)));
    }

    public Scene CreateScene() => new()
    {
        Name = "zoo",
        Behaviours =
        [
            new Behaviour { Name = "click", EventType = "click" },
            new Behaviour { Name = "stay", EventType = "stay", Parent = 0, LossWeight = 0.7 },
            new Behaviour { Name = "like", EventType = "like", Parent = 0, LossWeight = 1.3 },
        ],
        Regressions = !Regressions ? [] :
        [
            new Regression { Name = "seconds", EventType = "stay", LossWeight = 0.4 },
            new Regression
            {
                Name = "gift",
                EventType = "gift",
                Loss = RegressionLoss.Huber,
                HuberDelta = 0.8,
                Scale = TargetScale.None,
                LossWeight = 0.6,
            },
        ],
        Slots =
        [
            ModelBench.Slot("item", "item"),
            ModelBench.Slot("tag", "tag", pooling: Pooling.Mean),
            ModelBench.Slot("user", "user", isUser: true),
            ModelBench.Slot("taste", "tag", isUser: true, pooling: Pooling.Mean),
        ],
        Dense =
        [
            .. Enumerable.Range(0, Dense).Select(i => new DenseFeature
            {
                Name = "dense" + i,
                Source = new NumericSource { Kind = i % 2 == 1 ? NumericKind.DayFraction : NumericKind.Closeness },
            }),
        ],
        History = Length == 0 ? new HistoryOptions() : new HistoryOptions { Length = Length, ItemSlot = 0, Behaviours = [2, 0] },
        Model = new ModelOptions
        {
            Name = Model,
            Tasks = Tasks,
            Dim = Dim,
            Layers = Layers,
            Residual = Residual,
            Head = Head,
            PositionBias = PositionBias,
            Experts = Experts,
            Cross = new CrossNetworkOptions { Layers = CrossLayers },
            Attention = new AttentionOptions
            {
                Hidden = Hidden,
                Activation = Activation,
                Behaviours = Behaviours,
                Negatives = Negatives,
                AuxiliaryWeight = 0.3,
                Positions = Positions,
            },
        },
    };

    /// <summary>Samples: bags of 0 to 3 ids, some twice and some without a row; histories from empty to too long, with gaps.</summary>
    public ReferenceSample[] CreateSamples(Random random)
    {
        var samples = new ReferenceSample[Samples];
        for (int i = 0; i < Samples; i++)
        {
            int request = i / PerRequest;
            ReferenceSample sample = new()
            {
                Bags = [Targets(random), Bag(random, 4, KnownTags), [(ulong)request % (KnownUsers + 1)], Bag(random, 3, KnownTags)],
                Dense = [.. Enumerable.Range(0, Dense).Select(_ => Of1024(random, 1))],
                History = History(random, request),
                Position = PositionBias ? (ulong)random.Next(4) : 0,
                Labels = [.. Enumerable.Range(0, 3).Select(_ => random.Next(2))],
                Weights = [.. Enumerable.Range(0, 3).Select(_ => (float)(random.Next(5) * 0.5))],
                Targets = Regressions ? [random.Next(3) == 0 ? float.NaN : random.Next(60), random.Next(3) == 0 ? float.NaN : Of1024(random, 3)] : [],
                Negatives = [.. Enumerable.Range(0, Negatives).Select(_ => (ulong)random.Next((int)KnownItems))],
                Request = request,
            };
            samples[i] = i % PerRequest == 0 ? sample : WithUserOf(samples[i - 1], sample);
        }

        return samples;
    }

    private static ReferenceSample WithUserOf(ReferenceSample other, ReferenceSample sample) => sample with
    {
        Bags = [sample.Bags[0], sample.Bags[1], other.Bags[2], other.Bags[3]],
        Dense = [.. sample.Dense.Select((value, i) => i % 2 == 1 ? other.Dense[i] : value)],
        History = other.History,
        Negatives = other.Negatives,
    };

    /// <summary>The samples as the model learns them.</summary>
    public static LearnBatch BatchOf(Scene scene, IEnumerable<ReferenceSample> samples)
    {
        var batch = new LearnBatch(scene.SnapshotSchema());
        foreach (ReferenceSample sample in samples)
        {
            sample.AddTo(batch.Features);
            uint labels = 0;
            for (int task = 0; task < sample.Labels.Length; task++)
            {
                labels |= (uint)sample.Labels[task] << task;
            }

            batch.Add(labels, sample.Targets, sample.Weights);
        }

        return batch;
    }

    /// <summary>[groups × (1 + K)] what the auxiliary loss chooses from; -1 for groups that take no part.</summary>
    public static int[] ChoicesOf(ModelBench bench, IEnumerable<ReferenceSample> samples, ReferenceParameters parameters)
    {
        if (bench.Model.Shape.Negatives == 0)
        {
            return [];
        }

        int[] Choice(ReferenceSample sample)
        {
            IEnumerable<ulong> all = sample.History.Take(bench.Scene.History.Length).Select(item => item.Item);
            ulong[] items = [.. all.Where(item => parameters.Row("item", item) is not null)];
            int positive = items.Length < 2 ? -1 : bench.Tables["(output)"].Find(items[0]);
            return [positive, .. sample.Negatives.Select(negative => positive < 0 ? -1 : bench.Tables["(output)"].Find(negative))];
        }

        return [.. samples.DistinctBy(sample => sample.Request).SelectMany(Choice)];
    }

    private ulong[] Targets(Random random) => RaggedTargets
        ? Bag(random, 3, KnownItems)
        : [random.Next(8) == 0 ? Unknown : (ulong)random.Next((int)KnownItems)];

    private static ulong[] Bag(Random random, int most, ulong known) =>
        [.. Enumerable.Range(0, random.Next(most)).Select(_ => random.Next(6) == 0 ? Unknown : (ulong)random.Next((int)known))];

    // Request 0 has no history, 1 a single item, 2 gaps at its head, 3 more than enough.
    private (ulong Item, int Behaviour)[] History(Random random, int request)
    {
        int length = Length == 0 || request == 0 ? 0 : request == 1 ? 1 : request == 3 ? Length + 2 : random.Next(Length + 1);
        (ulong, int)[] history = [.. Enumerable.Range(0, length).Select(
            _ => (random.Next(5) == 0 ? Unknown : (ulong)random.Next((int)KnownItems), random.Next(2) == 0 ? 0 : 2))];
        return request == 2 && Length >= 4 ? [(1, 0), (Unknown, 2), (2, 2), (3, 0)] : history;
    }

    private static float Of1024(Random random, int scale) => random.Next(-1024 * scale, 1024 * scale) / 1024f;
}
