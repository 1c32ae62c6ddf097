using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;

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

    /// <summary>Bags of 0 to 3 ids; the labels follow the ids, down the tree.</summary>
    public static (SnapshotColumns Rows, float[] Labels) Batch(Scene scene, int seed, int count = BatchSize, int ids = 40)
    {
        var random = new Random(seed);
        var columns = new SnapshotColumns(new SnapshotSchema(scene), count);
        float[] labels = new float[count * scene.Behaviours.Count];
        for (int row = 0; row < count; row++)
        {
            foreach (ref float value in columns.BeginRow())
            {
                value = (random.NextSingle() * 2) - 1;
            }

            ulong sum = 0;
            for (int slot = 0; slot < scene.Slots.Count; slot++)
            {
                for (int bag = random.Next(4); bag > 0; bag--)
                {
                    ulong id = (ulong)random.Next(ids);
                    columns.AddId(id);
                    sum += id * id;
                }

                columns.EndSlot();
            }

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
}
