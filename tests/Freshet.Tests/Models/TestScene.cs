using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

/// <summary>Small scenes, and batches of them whose labels depend on the ids.</summary>
internal static class TestScene
{
    public const int BatchSize = 48;

    public static Scene Create(
        string model, int slots = 3, int dense = 2, int dim = 8, int tasks = 3, bool positionBias = true, int[]? layers = null) => new()
        {
            Name = "test",
            Behaviours = [.. Enumerable.Range(0, tasks).Select(task => new Behaviour
            {
                Name = "task" + task,
                EventType = "event" + task,
                Parent = task - 1,
                LossWeight = 1 - (0.25 * task),
            })],
            Slots = [.. Enumerable.Range(0, slots).Select(slot => new Slot
            {
                Name = "slot" + slot,
                Table = slot == 2 ? "slot1" : "slot" + slot,
                Pooling = slot % 2 == 0 ? Pooling.Sum : Pooling.Mean,
            })],
            Dense = [.. Enumerable.Range(0, dense).Select(feature => new DenseFeature
            {
                Name = "dense" + feature,
                Source = new NumericSource { Kind = NumericKind.Closeness },
            })],
            Model = new ModelOptions { Name = model, Dim = dim, Layers = layers ?? [12, 12, 5], PositionBias = positionBias, Seed = 7 },
            Training = new TrainingOptions { RowLearningRate = 0.05, DenseLearningRate = 0.01, WideL1 = 0.01 },
        };

    /// <summary>
    /// The same with all that a model of the zoo may read: a slot and a dense feature of the user's side, a history of two behaviours; small experts
    /// in two levels. Impressions come in requests, see <see cref="Batch"/>.
    /// </summary>
    public static Scene CreateWithHistory(string model, bool positionBias = true)
    {
        Scene scene = Create(model, positionBias: positionBias);
        return scene with
        {
            Slots =
            [
                scene.Slots[0] with { Source = new Selector(SelectorKind.Item) },
                scene.Slots[1] with { Source = new Selector(SelectorKind.UserField, "taste") },
                scene.Slots[2] with { Source = new Selector(SelectorKind.ItemField, "tag") },
            ],
            Dense = [scene.Dense[0], scene.Dense[1] with { Source = new NumericSource { Kind = NumericKind.DayFraction } }],
            History = new HistoryOptions { Length = 6, ItemSlot = 0, Behaviours = [0, 1] },
            Model = scene.Model with
            {
                Attention = new AttentionOptions { Hidden = 5, Negatives = 3, Activation = AttentionActivation.PRelu },
                Experts = new ExpertOptions { Shared = 2, Own = 1, Units = [9, 6], Levels = 2 },
                Cross = new CrossNetworkOptions { Layers = 2 },
            },
        };
    }

    /// <summary>One step with given labels and weights.</summary>
    public static double Learn(this RankingModel model, SnapshotColumns rows, float[] labels, float[] weights, LearnPhase phase) =>
        model.Learn(BatchOf(rows, labels, weights), phase);

    /// <summary>Samples with given labels and weights (empty: 1), which need not be what attribution makes.</summary>
    public static LearnBatch BatchOf(SnapshotColumns rows, float[] labels, float[]? weights = null)
    {
        int tasks = rows.Schema.Tasks.Count;
        var batch = new LearnBatch(rows.Schema, rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            batch.Add(rows, row, 0, [], weights is { Length: > 0 } ? weights.AsSpan(row * tasks, tasks) : []);
        }

        labels.CopyTo(batch.Labels);
        return batch;
    }

    /// <summary>Bags of 0 to 3 ids; the labels follow the ids, down the tree.</summary>
    /// <remarks>
    /// In scenes with a history, batches of an odd seed have requests of 1 to 5 impressions, which share the user's side; in those of an even seed
    /// each impression is a request.
    /// </remarks>
    public static (SnapshotColumns Rows, float[] Labels) Batch(Scene scene, int seed, int count = BatchSize, int ids = 40)
    {
        var random = new Random(seed);
        var columns = new SnapshotColumns(scene.SnapshotSchema(), count);
        float[] labels = new float[count * scene.Behaviours.Count];
        for (int row = 0; row < count; row++)
        {
            bool continues = scene.History.Length > 0 && seed % 2 == 1 && row > 0 && random.Next(3) > 0;
            Span<float> dense = columns.BeginRow();
            for (int feature = 0; feature < dense.Length; feature++)
            {
                bool isUser = scene.Dense[feature].Source.Kind == NumericKind.DayFraction;
                float value = (random.NextSingle() * 2) - 1;
                dense[feature] = continues && isUser ? columns.Dense(row - 1)[feature] : value;
            }

            ulong sum = 0;
            for (int slot = 0; slot < scene.Slots.Count; slot++)
            {
                bool isUser = scene.Slots[slot].Source?.Kind == SelectorKind.UserField;
                ulong[] bag = continues && isUser
                    ? columns.Ids(row - 1, slot).ToArray()
                    : [.. Enumerable.Range(0, random.Next(4)).Select(_ => (ulong)random.Next(ids))];
                foreach (ulong id in bag)
                {
                    columns.AddId(id);
                    sum += id * id;
                }

                columns.EndSlot();
            }

            AddHistory(scene, columns, row, continues, random, ids);
            columns.EndRow((ulong)random.Next(3), 1);
            bool holds = true;
            for (int task = 0; task < scene.Behaviours.Count; task++)
            {
                holds &= (sum >> task) % 3 != 0;
                labels[(row * scene.Behaviours.Count) + task] = holds ? 1 : 0;
            }
        }

        return (columns, labels);
    }

    private static void AddHistory(Scene scene, SnapshotColumns columns, int row, bool continues, Random random, int ids)
    {
        int length = scene.History.Length == 0 ? 0 : continues ? columns.HistoryItems(row - 1).Length : random.Next(scene.History.Length + 1);
        for (int item = 0; item < length; item++)
        {
            (ulong id, byte behaviour) = continues
                ? (columns.HistoryItems(row - 1)[item], columns.HistoryBehaviours(row - 1)[item])
                : ((ulong)random.Next(ids), (byte)random.Next(2));
            columns.AddHistory(id, behaviour, 0);
        }
    }
}
