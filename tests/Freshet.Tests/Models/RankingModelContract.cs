using CsCheck;
using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Models;

namespace Freshet.Tests.Models;

/// <summary>The laws that hold for every model of the zoo.</summary>
public abstract class RankingModelContract(string name)
{
    private Scene Scene { get; } = TestScene.Create(name);

    [Fact]
    public void Learning_does_not_change_its_input()
    {
        using RankingModel model = RankingModel.Create(Scene);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 1);
        (SnapshotColumns expected, float[] expectedLabels) = TestScene.Batch(Scene, seed: 1);

        model.Learn(rows, labels, [], LearnPhase.Base);

        Assert.Equal(expectedLabels, labels);
        for (int row = 0; row < rows.Count; row++)
        {
            Assert.Equal(expected.Dense(row), rows.Dense(row));
            Assert.Equal(expected.Ids(row, 0), rows.Ids(row, 0));
        }
    }

    [Fact]
    public void Save_then_load_then_step_equals_step()
    {
        using RankingModel model = Trained(batches: 3);
        using var file = new MemoryStream(Bytes(model));
        using RankingModel loaded = RankingModel.Load(Scene, file);

        double loss = Step(model, seed: 90), loadedLoss = Step(loaded, seed: 90);

        Assert.Equal(loss, loadedLoss);
        Assert.Equal(Bytes(model), Bytes(loaded));
        Assert.Equal(Scores(model), Scores(loaded));
        Assert.Equal(file.Length, file.Position);
    }

    [Fact]
    public void Stopping_and_resuming_at_any_batch_equals_one_pass() => Gen.Int[0, 5].Sample(
        stop =>
        {
            using RankingModel once = Trained(batches: 5);
            using RankingModel first = Trained(batches: stop);
            using RankingModel second = RankingModel.Load(Scene, new MemoryStream(Bytes(first)));
            Train(second, stop, 5);
            Assert.Equal(Bytes(once), Bytes(second));
        },
        iter: 6);

    [Fact]
    public void Same_seed_same_bits_and_another_seed_other_bits()
    {
        using RankingModel first = Trained(batches: 3), second = Trained(batches: 3);
        using RankingModel other = RankingModel.Create(Scene with { Model = Scene.Model with { Seed = 8 } });
        Train(other, 0, 3);

        Assert.Equal(Bytes(first), Bytes(second));
        Assert.Equal(name == "lr", Scores(first).SequenceEqual(Scores(other)));
    }

    [Fact]
    public void A_clone_is_equal_and_shares_nothing()
    {
        using RankingModel model = Trained(batches: 3);
        byte[] before = Bytes(model);
        using RankingModel clone = model.Clone();

        Assert.Equal(before, Bytes(clone));
        Step(clone, seed: 90);

        Assert.Equal(before, Bytes(model));
        Assert.NotEqual(before, Bytes(clone));
    }

    [Fact]
    public void A_model_that_restarts_from_the_base_forgets_what_came_after()
    {
        using RankingModel model = Trained(batches: 3);
        using RankingModel increment = model.Clone();
        Step(increment, seed: 90, ids: 5000);

        increment.CopyFrom(model);

        Assert.Equal(Bytes(model), Bytes(increment));
        Assert.Equal(Step(model, seed: 91), Step(increment, seed: 91));
        Assert.Equal(Bytes(model), Bytes(increment));
    }

    [Fact]
    public void Predicting_changes_nothing_and_a_row_does_not_depend_on_the_others()
    {
        using RankingModel model = Trained(batches: 3);
        byte[] before = Bytes(model);
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed: 50, count: 600, ids: 5000);
        float[] all = new float[600 * model.TaskCount], one = new float[model.TaskCount];
        var workspace = new ModelWorkspace();

        model.Predict(rows, 0, 600, all, workspace, referenceBias: true);

        for (int row = 0; row < 600; row += 7)
        {
            model.Predict(rows, row, 1, one, workspace, referenceBias: true);
            Assert.Equal(all.AsSpan(row * one.Length, one.Length), one.AsSpan());
        }

        Assert.All(all, probability => Assert.InRange(probability, 0, 1));
        Assert.Equal(before, Bytes(model));
    }

    [Fact]
    public void Many_threads_predict_what_one_does()
    {
        using RankingModel model = Trained(batches: 3);
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed: 50);
        float[] expected = Scores(model);

        Parallel.For(0, 8, _ =>
        {
            float[] actual = new float[expected.Length];
            model.Predict(rows, 0, rows.Count, actual, new ModelWorkspace(), referenceBias: true);
            Assert.Equal(expected, actual);
        });
    }

    [Fact]
    public void Unseen_ids_empty_bags_and_empty_batches_are_fine()
    {
        using RankingModel model = Trained(batches: 1);
        byte[] before = Bytes(model);
        SnapshotColumns empty = new(new SnapshotSchema(Scene));
        Assert.Equal(0, model.Learn(empty, [], [], LearnPhase.Base));
        model.Predict(empty, 0, 0, [], new ModelWorkspace(), referenceBias: true);
        Assert.Equal(before, Bytes(model));

        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 60, ids: 1_000_000);
        double loss = model.Learn(rows, labels, [], LearnPhase.Increment);

        Assert.True(double.IsFinite(loss));
    }

    [Fact]
    public void A_weight_of_two_is_a_loss_of_two_and_a_weight_of_zero_teaches_rows_nothing()
    {
        using RankingModel plain = Trained(batches: 1), heavy = Trained(batches: 1), mute = Trained(batches: 1);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 61);
        float[] twos = new float[labels.Length];
        Array.Fill(twos, 2);

        double loss = plain.Learn(rows, labels, [], LearnPhase.Base);

        Assert.Equal(2 * loss, heavy.Learn(rows, labels, twos, LearnPhase.Base), 1e-9);
        Assert.Equal(0, mute.Learn(rows, labels, new float[labels.Length], LearnPhase.Base));
    }

    [Fact]
    public void A_batch_that_is_not_finite_is_refused_and_leaves_the_model_as_it_was()
    {
        using RankingModel model = Trained(batches: 1);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 0);
        byte[] before = Bytes(model);
        labels[5] = float.NaN;

        var error = Assert.Throws<ModelException>(() => model.Learn(rows, labels, [], LearnPhase.Base));

        Assert.Equal(
            "The loss of step 2 is not finite. No weight was changed; the model is that of step 1. " +
            "Look for a dense feature, label or weight that is NaN or infinite, or lower the learning rates.",
            error.Message);
        Assert.Equal(before, Bytes(model));
        Step(model, seed: 3);
    }

    [Fact]
    public void It_learns_a_toy_problem()
    {
        using RankingModel model = RankingModel.Create(Scene);
        double first = Step(model, seed: 1), last = 0;

        for (int epoch = 0; epoch < 150; epoch++)
        {
            last = Step(model, seed: 1);
        }

        Assert.True(last < first * 0.75, $"The loss went from {first} to {last}.");
    }

    [Fact]
    public void Learning_and_predicting_allocate_nothing_in_steady_state()
    {
        using RankingModel model = Trained(batches: 2);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 1);
        float[] probabilities = new float[labels.Length];
        var workspace = new ModelWorkspace();
        model.Learn(rows, labels, [], LearnPhase.Base);
        model.Predict(rows, 0, rows.Count, probabilities, workspace, referenceBias: true);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            model.Learn(rows, labels, [], LearnPhase.Base);
            model.Predict(rows, 0, rows.Count, probabilities, workspace, referenceBias: true);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_position_is_learnt_where_shown_and_held_constant_in_ranking()
    {
        Scene scene = TestScene.Create(name, slots: 1, dense: 0);
        using RankingModel model = RankingModel.Create(scene);
        var rows = new SnapshotColumns(new SnapshotSchema(scene));
        foreach (ulong position in (ulong[])[1, 2])
        {
            rows.BeginRow();
            rows.AddId(77);
            rows.EndSlot();
            rows.EndRow(position, 1);
        }

        for (int step = 0; step < 30; step++)
        {
            model.Learn(rows, [1, 0, 0, 0, 0, 0], [], LearnPhase.Base);
        }

        float[] shown = new float[6], ranked = new float[6];
        model.Predict(rows, 0, 2, shown, new ModelWorkspace(), referenceBias: false);
        model.Predict(rows, 0, 2, ranked, new ModelWorkspace(), referenceBias: true);
        Assert.True(shown[0] > shown[3] + 0.2f);
        Assert.Equal(shown[..3], ranked[..3]);
        Assert.Equal(ranked[..3], ranked[3..]);
    }

    [Fact]
    public void A_frozen_slot_learns_in_the_base_and_not_in_increments()
    {
        Scene scene = TestScene.Create(name, slots: 1, dense: 0, positionBias: false);
        scene = scene with { Slots = [scene.Slots[0] with { Freeze = Freeze.Rows }] };
        using RankingModel model = RankingModel.Create(scene);
        (SnapshotColumns known, float[] labels) = TestScene.Batch(scene, seed: 1, ids: 10);
        (SnapshotColumns unknown, float[] unknownLabels) = TestScene.Batch(scene, seed: 2, ids: 10_000);
        model.Learn(known, labels, [], LearnPhase.Base);
        int rows = model.Tables[0].Rows;
        float[] vector = model.Sparse.Tables[0].Stored(0).ToArray();

        model.Learn(known, labels, [], LearnPhase.Increment);
        model.Learn(unknown, unknownLabels, [], LearnPhase.Increment);

        Assert.Equal(rows, model.Tables[0].Rows);
        Assert.Equal(vector, model.Sparse.Tables[0].Stored(0).ToArray());
        model.Learn(known, labels, [], LearnPhase.Base);
        Assert.NotEqual(vector, model.Sparse.Tables[0].Stored(0).ToArray());
    }

    [Fact]
    public void Admission_has_its_own_threshold_in_increments_and_counts_are_carried()
    {
        Scene scene = TestScene.Create(name, slots: 1, dense: 0, positionBias: false);
        scene = scene with { Slots = [scene.Slots[0] with { Admission = new AdmissionOptions { Full = 5, Incremental = 3 } }] };
        using RankingModel model = RankingModel.Create(scene);
        var row = new SnapshotColumns(new SnapshotSchema(scene));
        row.BeginRow();
        row.AddId(42);
        row.EndSlot();
        row.EndRow(0, 0);

        model.Learn(row, [1, 0, 0], [], LearnPhase.Base);
        model.Learn(row, [1, 0, 0], [], LearnPhase.Base);
        Assert.Equal(0, model.Tables[0].Rows);
        using RankingModel increment = RankingModel.Load(scene, new MemoryStream(Bytes(model)));
        increment.Learn(row, [1, 0, 0], [], LearnPhase.Increment);

        Assert.Equal(1, increment.Tables[0].Rows);
        Assert.Equal(0, model.Tables[0].Rows);
    }

    private static byte[] Bytes(RankingModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private RankingModel Trained(int batches)
    {
        RankingModel model = RankingModel.Create(Scene);
        Train(model, 0, batches);
        return model;
    }

    private void Train(RankingModel model, int from, int to)
    {
        for (int seed = from; seed < to; seed++)
        {
            Step(model, seed);
        }
    }

    private double Step(RankingModel model, int seed, int ids = 40)
    {
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed, ids: ids);
        return model.Learn(rows, labels, [], LearnPhase.Base);
    }

    private float[] Scores(RankingModel model)
    {
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed: 50);
        float[] probabilities = new float[rows.Count * model.TaskCount];
        model.Predict(rows, 0, rows.Count, probabilities, new ModelWorkspace(), referenceBias: true);
        return probabilities;
    }
}
