using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class AdmissionModelTests
{
    /// <summary>99 sightings in the base and one in the increment reach a threshold of 100, and only the last of them teaches.</summary>
    [Fact]
    public void A_carried_count_reaches_the_threshold_in_an_increment()
    {
        Scene scene = Scene(new AdmissionOptions { Full = 100, Incremental = 100 });
        using RankingModel model = RankingModel.Create(scene);
        SnapshotColumns one = Of(scene, 42);
        for (int i = 0; i < 99; i++)
        {
            model.Learn(one, [1, 0, 0], [], LearnPhase.Base);
        }

        Assert.Equal((0, 99), (model.Tables[0].Rows, model.Embeddings.All[0].SightingsOf(42)));
        using RankingModel increment = RankingModel.Load(scene, new MemoryStream(Bytes(model)));
        float before = Click(increment, one);
        Assert.Equal(Click(increment, Of(scene, 43)), before);
        increment.Learn(one, [1, 0, 0], [], LearnPhase.Increment);

        // n of FTRL is the sum of squared gradients: that of one step, from what the model said of an id it does not know.
        Assert.Equal(1, increment.Tables[0].Rows);
        Assert.Equal(100u, increment.Embeddings.All[0].FrequencyOf(0));
        Assert.Equal((1 - before) * (1 - before), increment.Embeddings.All[0].WideN(0)[0], 1e-5f);
    }

    /// <summary>Counted ahead, an id that gets there learns from its first sample on, and one that does not waits with what it has.</summary>
    [Fact]
    public void Under_batch_an_id_learns_from_the_first_sample_of_the_increment_on()
    {
        Scene scene = Scene(new AdmissionOptions { Full = 100, Incremental = 100, Count = AdmissionCount.Batch });
        using RankingModel model = RankingModel.Create(scene);
        SnapshotColumns often = Of(scene, 42), rare = Of(scene, 43);
        for (int i = 0; i < 97; i++)
        {
            model.Learn(often, [1, 0, 0], [], LearnPhase.Base);
            model.Learn(rare, [1, 0, 0], [], LearnPhase.Base);
        }

        model.RunCounts = new RunCounts(model, LearnPhase.Increment);
        for (int i = 0; i < 3; i++)
        {
            model.RunCounts.Add(often, 0);
        }

        model.RunCounts.Add(rare, 0);
        model.RunCounts.Add(rare, 0);
        model.Learn(often, [1, 0, 0], [], LearnPhase.Increment);
        model.Learn(rare, [1, 0, 0], [], LearnPhase.Increment);

        Assert.Equal((1, 98), (model.Tables[0].Rows, model.Embeddings.All[0].SightingsOf(43)));
        int row = model.Embeddings.All[0].Find(42);
        Assert.Equal(98u, model.Embeddings.All[0].FrequencyOf(row));
        Assert.True(model.Embeddings.All[0].WideN(row)[0] > 0);
    }

    [Theory]
    [InlineData(true, 2, 1)]
    [InlineData(false, 2, 0)]
    [InlineData(false, 3, 1)]
    public void Counts_that_are_not_carried_are_forgotten_when_an_increment_begins(bool carry, int sightings, int rows)
    {
        Scene scene = Scene(new AdmissionOptions { Full = 9, Incremental = 3, Carry = carry });
        using RankingModel model = RankingModel.Create(scene);
        SnapshotColumns one = Of(scene, 42);
        for (int i = 0; i < 8; i++)
        {
            model.Learn(one, [1, 0, 0], [], LearnPhase.Base);
        }

        model.BeginIncrement();
        for (int i = 0; i < sightings; i++)
        {
            model.Learn(one, [1, 0, 0], [], LearnPhase.Increment);
        }

        Assert.Equal(rows, model.Tables[0].Rows);
    }

    [Fact]
    public void Without_a_rule_the_first_sighting_admits()
    {
        Scene scene = Scene(new AdmissionOptions { Rule = AdmissionRule.None, Full = 9, Incremental = 9 });
        using RankingModel model = RankingModel.Create(scene);

        model.Learn(Of(scene, 1), [1, 0, 0], [], LearnPhase.Base);
        model.Learn(Of(scene, 2), [1, 0, 0], [], LearnPhase.Increment);

        Assert.Equal(2, model.Tables[0].Rows);
    }

    /// <summary>Admitted by count in the base; increments neither admit nor count, so the base's count is what the next base finds.</summary>
    [Fact]
    public void A_frozen_slot_admits_by_count_in_the_base_alone()
    {
        Scene scene = Scene(new AdmissionOptions { Full = 2, Incremental = 1 });
        scene = scene with { Slots = [scene.Slots[0] with { Freeze = Freeze.Rows }] };
        using RankingModel model = RankingModel.Create(scene);
        model.Learn(Of(scene, 1), [1, 0, 0], [], LearnPhase.Base);

        for (int i = 0; i < 5; i++)
        {
            model.Learn(Of(scene, 1), [1, 0, 0], [], LearnPhase.Increment);
        }

        Assert.Equal((0, 1), (model.Tables[0].Rows, model.Embeddings.All[0].SightingsOf(1)));
        model.Learn(Of(scene, 1), [1, 0, 0], [], LearnPhase.Base);
        Assert.Equal(1, model.Tables[0].Rows);
    }

    [Fact]
    public void Poisson_admission_looks_ahead_to_the_horizon_and_goes_on_after_a_stop()
    {
        Scene scene = Scene(new AdmissionOptions { Rule = AdmissionRule.Poisson, Full = 12, Incremental = 12 });
        using RankingModel hard = RankingModel.Create(scene), model = RankingModel.Create(scene);
        model.Horizon = 600;
        Learn(scene, hard, 0, 4);
        Learn(scene, model, 0, 4);
        Assert.True(model.Tables[0].Rows > hard.Tables[0].Rows);
        using RankingModel resumed = RankingModel.Load(scene, new MemoryStream(Bytes(model)));
        Assert.Equal((4L * TestScene.BatchSize, 600), (resumed.Samples, resumed.Horizon));

        Learn(scene, model, 4, 7);
        Learn(scene, resumed, 4, 7);

        Assert.Equal(Bytes(model), Bytes(resumed));
        Assert.NotEqual(Bytes(hard), Bytes(model));
    }

    private static float Click(RankingModel model, SnapshotColumns row)
    {
        float[] probabilities = new float[3];
        model.Predict(row, 0, 1, probabilities, new ModelWorkspace(), referenceBias: true);
        return probabilities[0];
    }

    private static void Learn(Scene scene, RankingModel model, int from, int to)
    {
        for (int seed = from; seed < to; seed++)
        {
            (SnapshotColumns rows, float[] labels) = TestScene.Batch(scene, seed, ids: 60);
            model.Learn(rows, labels, [], LearnPhase.Base);
        }
    }

    private static Scene Scene(AdmissionOptions admission)
    {
        Scene scene = TestScene.Create("lr", slots: 1, dense: 0, positionBias: false);
        return scene with { Slots = [scene.Slots[0] with { Admission = admission, DynamicL1 = new DynamicL1Options(3, 1) }] };
    }

    private static SnapshotColumns Of(Scene scene, ulong id)
    {
        var row = new SnapshotColumns(scene.SnapshotSchema());
        row.BeginRow();
        row.AddId(id);
        row.EndSlot();
        row.EndRow(0, 0);
        return row;
    }

    private static byte[] Bytes(RankingModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
