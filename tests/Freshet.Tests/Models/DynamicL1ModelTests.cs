using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class DynamicL1ModelTests
{
    private const ulong Rare = 77;
    private const ulong Unknown = 78;

    private static readonly Scene s_scene = WithHistory();

    [Fact]
    public void A_frequency_is_the_number_of_occurrences_in_slots()
    {
        var expected = new Dictionary<(string, ulong), uint>();
        using RankingModel model = RankingModel.Create(s_scene);
        for (int seed = 0; seed < 6; seed++)
        {
            (SnapshotColumns rows, float[] labels) = TestScene.Batch(s_scene, seed, ids: 60);
            model.Learn(rows, labels, [], LearnPhase.Base);
            Count(rows, expected);
        }

        int admitted = 0, least = int.MaxValue;
        foreach (((string table, ulong id), uint count) in expected)
        {
            EmbeddingTable rows = model.Embeddings.All.ToArray().Single(other => other.Options.Name == table);
            int row = rows.Find(id);
            if (row >= 0)
            {
                Assert.Equal(count, rows.FrequencyOf(row));
                (admitted, least) = (admitted + 1, Math.Min(least, (int)count));
            }
        }

        Assert.True(admitted > 50);
        Assert.True(least >= 3);
    }

    [Fact]
    public void The_bits_do_not_depend_on_threads_and_a_stop_leaves_no_trace()
    {
        using WorkerTeam four = new(4);
        using RankingModel alone = RankingModel.Create(s_scene), team = RankingModel.Create(s_scene);
        team.Team = four;
        Learn(alone, 0, 4);
        Learn(team, 0, 4);
        Assert.Equal(Bytes(alone), Bytes(team));
        using RankingModel resumed = RankingModel.Load(s_scene, new MemoryStream(Bytes(alone)));

        Learn(alone, 4, 7);
        Learn(resumed, 4, 7);

        Assert.Equal(Bytes(alone), Bytes(resumed));
        Scene without = s_scene with { Slots = [.. s_scene.Slots.Select(slot => slot with { DynamicL1 = null })] };
        Assert.Throws<ModelSnapshotException>(() => RankingModel.Load(without, new MemoryStream(Bytes(alone))));
    }

    [Fact]
    public void A_refused_step_counts_no_occurrence()
    {
        using RankingModel model = RankingModel.Create(s_scene);
        Learn(model, 0, 3);
        byte[] before = Bytes(model);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(s_scene, 1);
        float[] weights = new float[labels.Length];
        weights.AsSpan().Fill(1e30f);

        Assert.Throws<ModelException>(() => model.Learn(rows, labels, weights, LearnPhase.Increment));

        using RankingModel read = RankingModel.Load(s_scene, new MemoryStream(before));
        foreach ((EmbeddingTable table, EmbeddingTable other) in model.Embeddings.All.ToArray().Zip(read.Embeddings.All.ToArray()))
        {
            for (int row = 0; row < other.Count; row++)
            {
                Assert.Equal(other.FrequencyOf(row), table.FrequencyOf(table.Find(other.IdOf(row))));
            }
        }
    }

    [Fact]
    public void A_frozen_slot_counts_nothing_in_increments()
    {
        Scene scene = TestScene.Create("lr", slots: 1, dense: 0, positionBias: false);
        scene = scene with { Slots = [scene.Slots[0] with { Freeze = Freeze.Rows, DynamicL1 = new DynamicL1Options(10, 1) }] };
        using RankingModel model = RankingModel.Create(scene);
        model.Learn(Of(scene, Rare, 3), new float[9], [], LearnPhase.Base);

        model.Learn(Of(scene, Rare, 3), new float[9], [], LearnPhase.Increment);

        Assert.Equal(3u, model.Embeddings.All[0].FrequencyOf(0));
    }

    /// <summary>Two impressions with one click and one conversion say 50 % and 100 %, to who believes them.</summary>
    [Fact]
    public void Two_impressions_teach_no_certainty()
    {
        (float click, float conversion) = Shown(new DynamicL1Options(100, 100), Rare);
        (float freeClick, float freeConversion) = Shown(null, Rare);

        Assert.Equal(Shown(new DynamicL1Options(100, 100), Unknown), (click, conversion));
        Assert.True(click < 0.15f);
        Assert.True(conversion / click < 0.5f);
        Assert.InRange(freeClick, 0.4f, 1);
        Assert.InRange(freeConversion / freeClick, 0.8f, 1);
    }

    private static (float Click, float Conversion) Shown(DynamicL1Options? dynamicL1, ulong id)
    {
        Scene scene = TestScene.Create("lr", slots: 1, dense: 0, tasks: 2, positionBias: false);
        scene = scene with
        {
            Slots = [scene.Slots[0] with { DynamicL1 = dynamicL1 }],
            Model = scene.Model with { Tasks = TaskLinks.Tree },
            Training = scene.Training with { WideL1 = 0.02, WideAlpha = 10, WideBeta = 1, DenseLearningRate = 0.05 },
        };
        using RankingModel model = RankingModel.Create(scene);
        for (int step = 0; step < 300; step++)
        {
            float[] labels = new float[40];
            (labels[0], labels[2], labels[4]) = (1, step % 2, step % 3 == 0 ? 1 : 0);
            labels[1] = step % 4 == 0 ? 1 : 0;
            model.Learn(Of(scene, null, 20), labels, [], LearnPhase.Base);
        }

        model.Learn(Of(scene, Rare, 2), [1, 1, 0, 0], [], LearnPhase.Base);
        float[] probabilities = new float[2];
        model.Predict(Of(scene, id, 1), 0, 1, probabilities, new ModelWorkspace(), referenceBias: true);
        return (probabilities[0], probabilities[1]);
    }

    private static SnapshotColumns Of(Scene scene, ulong? id, int count)
    {
        var rows = new SnapshotColumns(scene.SnapshotSchema(), count);
        for (int row = 0; row < count; row++)
        {
            rows.BeginRow();
            if (id is { } known)
            {
                rows.AddId(known);
            }

            rows.EndSlot();
            rows.EndRow(0, 0);
        }

        return rows;
    }

    private static Scene WithHistory()
    {
        Scene scene = TestScene.CreateWithHistory("esmm-dfm-dmr");
        return scene with
        {
            Slots =
            [
                .. scene.Slots.Select(slot => slot with
                {
                    DynamicL1 = new DynamicL1Options(20, 3),
                    Admission = new AdmissionOptions { Full = 3, Incremental = 2 },
                }),
            ],
            Training = scene.Training with { RowOptimizer = RowOptimizer.GroupFtrl, RowGroupL1 = 0.001 },
        };
    }

    private static void Count(SnapshotColumns rows, Dictionary<(string Table, ulong Id), uint> counts)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            for (int slot = 0; slot < s_scene.Slots.Count; slot++)
            {
                foreach (ulong id in rows.Ids(row, slot))
                {
                    (string, ulong) key = (s_scene.Slots[slot].Table, id);
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
        }
    }

    private static void Learn(RankingModel model, int from, int to)
    {
        for (int seed = from; seed < to; seed++)
        {
            (SnapshotColumns rows, float[] labels) = TestScene.Batch(s_scene, seed, ids: 60);
            model.Learn(rows, labels, [], seed % 2 == 0 ? LearnPhase.Base : LearnPhase.Increment);
        }
    }

    private static byte[] Bytes(RankingModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
