using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class EvictionModelTests
{
    [Fact]
    public void An_items_output_row_goes_with_its_row_and_the_model_goes_on_learning()
    {
        Scene scene = WithEviction(new EvictionOptions { Days = 2 }, Freeze.None);
        using RankingModel model = RankingModel.Create(scene);
        Learn(model, scene, seed: 1, day: 10);
        Learn(model, scene, seed: 2, day: 13);
        EmbeddingTable items = model.TableOf(0), outputs = model.Embeddings[model.Embeddings.Output];
        (int rows, int outputRows) = (items.Count, outputs.Count);

        int evicted = model.Evict(13, LearnPhase.Base);

        Assert.Equal(rows - items.Count + outputRows - outputs.Count, evicted);
        Assert.InRange(items.Count, 1, rows - 1);
        Assert.InRange(outputs.Count, 1, outputRows - 1);
        Assert.All(Enumerable.Range(0, outputs.Count), row => Assert.True(items.Find(outputs.IdOf(row)) >= 0));
        Assert.Equal(0, model.Evict(13, LearnPhase.Base));
        using RankingModel loaded = RankingModel.Load(scene, new MemoryStream(Bytes(model)));
        Learn(model, scene, seed: 3, day: 14);
        Learn(loaded, scene, seed: 3, day: 14);
        Assert.Equal(Bytes(model), Bytes(loaded));
        Assert.NotEqual(0, model.Evict(16, LearnPhase.Base));
        Assert.NotEqual(0, loaded.Evict(16, LearnPhase.Base));
        Assert.Equal(Bytes(model), Bytes(loaded));
    }

    [Fact]
    public void Positive_samples_keep_their_rows()
    {
        Scene scene = WithEviction(new EvictionOptions { MaxRows = 1, PositiveWeight = 5 }, Freeze.None);
        using RankingModel model = RankingModel.Create(scene);
        SnapshotColumns rows = Of(scene, 100, 100, 101);
        for (int step = 0; step < 3; step++)
        {
            LearnBatch batch = TestScene.BatchOf(rows, [0, 0, 0, 0, 0, 0, 1, 0, 0]);
            batch.Day = 3;
            _ = model.Learn(batch, LearnPhase.Base);
        }

        _ = model.Evict(3, LearnPhase.Base);

        Assert.Equal(101ul, model.TableOf(0).IdOf(0));
        Assert.Equal(3 * 0.02f * 5, model.TableOf(0).Life.ScoreOf(0, 3), 1e-5f);
    }

    [Fact]
    public void In_increments_only_what_is_too_many_goes_and_nothing_of_a_frozen_slot()
    {
        var eviction = new EvictionOptions { Days = 1, MaxRows = 8 };
        foreach (Freeze freeze in (Freeze[])[Freeze.None, Freeze.Rows])
        {
            Scene scene = WithEviction(eviction, freeze);
            using RankingModel model = RankingModel.Create(scene);
            Learn(model, scene, seed: 1, day: 10);
            int before = model.TableOf(0).Count;

            int evicted = model.Evict(20, LearnPhase.Increment);

            Assert.True(before > 8);
            Assert.Equal(freeze == Freeze.None ? 8 : before, model.TableOf(0).Count);
            Assert.Equal(freeze == Freeze.None, evicted > 0);
        }
    }

    private static Scene WithEviction(EvictionOptions eviction, Freeze freeze)
    {
        Scene scene = TestScene.CreateWithHistory("esmm-dfm-dmr");
        return scene with { Slots = [scene.Slots[0] with { Eviction = eviction, Freeze = freeze }, .. scene.Slots.Skip(1)] };
    }

    private static void Learn(RankingModel model, Scene scene, int seed, int day)
    {
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(scene, seed, ids: 200);
        LearnBatch batch = TestScene.BatchOf(rows, labels);
        batch.Day = day;
        _ = model.Learn(batch, LearnPhase.Base);
    }

    private static SnapshotColumns Of(Scene scene, params ulong[] items)
    {
        var rows = new SnapshotColumns(scene.SnapshotSchema());
        foreach (ulong item in items)
        {
            rows.BeginRow().Clear();
            rows.AddId(item);
            rows.EndSlot();
            rows.EndSlot();
            rows.EndSlot();
            rows.EndRow(0, 1);
        }

        return rows;
    }

    private static byte[] Bytes(RankingModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
