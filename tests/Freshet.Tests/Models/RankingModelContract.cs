using CsCheck;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Models.Parameters;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

/// <summary>The laws that hold for every model of the zoo.</summary>
public abstract class RankingModelContract(string name)
{
    private Scene Scene { get; } = TestScene.CreateWithHistory(name);

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

    [Theory]
    [InlineData(50)]
    [InlineData(51)]
    public void Predicting_changes_nothing_and_a_row_does_not_depend_on_the_others(int seed)
    {
        using RankingModel model = Trained(batches: 3);
        byte[] before = Bytes(model);
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed, count: 600, ids: 60);
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
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed: 50, count: 300);
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
        SnapshotColumns empty = new(Scene.SnapshotSchema());
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
        // The auxiliary loss has no weights.
        Scene scene = Scene with { Model = Scene.Model with { Attention = Scene.Model.Attention with { Negatives = 0 } } };
        using RankingModel plain = RankingModel.Create(scene), heavy = RankingModel.Create(scene), mute = RankingModel.Create(scene);
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

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(1, float.NaN)]
    [InlineData(1, float.NegativeInfinity)]
    public void A_dense_feature_that_is_not_finite_is_refused_and_leaves_nothing_behind(int feature, float value)
    {
        using RankingModel model = Trained(batches: 2), other = Trained(batches: 2);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 1);
        LearnBatch batch = TestScene.BatchOf(WithDense(rows, 17, feature, value), labels);
        byte[] before = Bytes(model);

        // Models without a network do not read dense features.
        if (name is "lr" or "fm")
        {
            Assert.Equal(other.Learn(rows, labels, [], LearnPhase.Base), model.Learn(batch, LearnPhase.Base));
        }
        else
        {
            Assert.Throws<ModelException>(() => model.Learn(batch, LearnPhase.Base));
            Assert.Equal(before, Bytes(model));
        }

        Assert.Equal(Step(other, seed: 3), Step(model, seed: 3));
        Assert.Equal(Bytes(other), Bytes(model));
    }

    [Fact]
    public void Learning_rates_that_explode_are_refused_in_time_and_leave_no_NaN_behind()
    {
        using RankingModel model = RankingModel.Create(Scene with
        {
            Training = new TrainingOptions { RowLearningRate = 100, WideAlpha = 100, DenseLearningRate = 100 },
        });
        string refusal = "";
        for (int seed = 0; seed < 60 && refusal == ""; seed++)
        {
            (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed);
            byte[] before = Bytes(model);
            try
            {
                Assert.True(double.IsFinite(model.Learn(rows, labels, [], LearnPhase.Base)));
            }
            catch (ModelException error)
            {
                refusal = error.Message;
                Assert.Equal(before, Bytes(model));
            }
        }

        Assert.True(refusal == "" || refusal.Contains("lower the learning rates", StringComparison.Ordinal), refusal);
        foreach (float value in model.Values())
        {
            Assert.True(float.IsFinite(value));
        }
    }

    [Fact]
    public void A_vocabulary_that_grows_tenfold_within_a_few_batches_is_learnt_whole()
    {
        using RankingModel model = Trained(batches: 2);
        int before = model.Tables.Sum(table => table.Rows);

        for (int seed = 0; seed < 60; seed++)
        {
            Step(model, seed, ids: 20_000);
        }

        Assert.True(model.Tables.Sum(table => table.Rows) > 10 * before);
        Assert.All(Scores(model), probability => Assert.InRange(probability, 0, 1));
    }

    [Fact]
    public void Batches_of_one_sample_are_learnt()
    {
        using RankingModel model = RankingModel.Create(Scene);
        for (int seed = 0; seed < 40; seed++)
        {
            Assert.True(double.IsFinite(Step(model, seed, count: 1)));
        }

        Assert.Equal(40, model.Steps);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(51)]
    public void A_row_that_is_not_finite_spoils_no_other_and_no_later_one(int seed)
    {
        using RankingModel model = Trained(batches: 2);
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed, count: 300);
        float[] expected = Scores(model, seed, new ModelWorkspace()), actual = new float[expected.Length];
        var workspace = new ModelWorkspace();

        model.Predict(WithDense(rows, 17, 0, float.NaN), 0, rows.Count, actual, workspace, referenceBias: true);
        actual.AsSpan(17 * model.TaskCount, model.TaskCount).Clear();
        float[] others = [.. expected];
        others.AsSpan(17 * model.TaskCount, model.TaskCount).Clear();
        Assert.Equal(others, actual);

        Assert.Equal(expected, Scores(model, seed, workspace));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        using var team = new WorkerTeam(threads);
        using RankingModel alone = RankingModel.Create(Scene), shared = RankingModel.Create(Scene);
        shared.Team = team;

        for (int seed = 0; seed < 4; seed++)
        {
            Assert.Equal(Step(alone, seed, count: 270), Step(shared, seed, count: 270));
        }

        Assert.Equal(Bytes(alone), Bytes(shared));
        Assert.Equal(Scores(alone, 50, new ModelWorkspace()), Scores(shared, 50, new ModelWorkspace(team)));
        Assert.Equal(Scores(alone, 51, new ModelWorkspace()), Scores(shared, 51, new ModelWorkspace(team)));
    }

    [Fact]
    public void Batches_may_have_any_size_and_leave_nothing_behind_in_buffers()
    {
        int[] counts = [130, 1, 64, 65, 7, 200, 2, 1];
        using RankingModel model = RankingModel.Create(Scene);

        for (int step = 0; step < counts.Length; step++)
        {
            // Its buffers are new; those of the model have held other batches.
            using RankingModel fresh = RankingModel.Load(Scene, new MemoryStream(Bytes(model)));
            Assert.Equal(Step(fresh, step, count: counts[step]), Step(model, step, count: counts[step]));
            Assert.Equal(Bytes(fresh), Bytes(model));
        }
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
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed: 0);
        (SnapshotColumns requests, float[] requestLabels) = TestScene.Batch(Scene, seed: 1);
        LearnBatch[] batches = [TestScene.BatchOf(rows, labels), TestScene.BatchOf(requests, requestLabels)];
        float[] probabilities = new float[labels.Length];
        var workspace = new ModelWorkspace();

        long allocated = Allocation.Of(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                LearnBatch batch = batches[i % 2];
                model.Learn(batch, LearnPhase.Base);
                model.Predict(batch.Features, 0, batch.Count, probabilities, workspace, referenceBias: true);
            }
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_position_is_learnt_where_shown_and_held_constant_in_ranking()
    {
        Scene scene = TestScene.Create(name, slots: 1, dense: 0);
        using RankingModel model = RankingModel.Create(scene);
        var rows = new SnapshotColumns(scene.SnapshotSchema());
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
        float[] vector = model.Embeddings.All[0].Stored(0).ToArray();

        model.Learn(known, labels, [], LearnPhase.Increment);
        model.Learn(unknown, unknownLabels, [], LearnPhase.Increment);

        Assert.Equal(rows, model.Tables[0].Rows);
        Assert.Equal(vector, model.Embeddings.All[0].Stored(0).ToArray());
        model.Learn(known, labels, [], LearnPhase.Base);
        Assert.NotEqual(vector, model.Embeddings.All[0].Stored(0).ToArray());
    }

    [Fact]
    public void Frozen_inputs_stay_bit_for_bit_in_increments_and_learn_in_the_base()
    {
        Scene free = TestScene.CreateWithHistory(name);
        Scene scene = free with
        {
            Slots = [free.Slots[0], free.Slots[1] with { Freeze = Freeze.RowsAndInputs }, free.Slots[2] with { Freeze = Freeze.RowsAndInputs }],
            Training = free.Training with { DenseClip = 0.05 },
        };
        using RankingModel model = RankingModel.Create(scene);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(scene, seed: 1);
        float[] initial = InputWeights(model, isFrozen: true);
        model.Learn(rows, labels, [], LearnPhase.Base);
        Assert.Equal(initial.Length == 0, initial.AsSpan().SequenceEqual(InputWeights(model, isFrozen: true)));
        (float[] frozen, float[] others) = (InputWeights(model, isFrozen: true), InputWeights(model, isFrozen: false));

        for (int seed = 2; seed < 6; seed++)
        {
            (rows, labels) = TestScene.Batch(scene, seed);
            model.Learn(rows, labels, [], LearnPhase.Increment);
        }

        Assert.Equal(frozen, InputWeights(model, isFrozen: true));
        Assert.Equal(others.Length == 0, others.AsSpan().SequenceEqual(InputWeights(model, isFrozen: false)));
        Assert.Equal(model.Shape.Blocks.Body == BodyKind.None, frozen.Length == 0);
    }

    // Weights and both moments of the matrices over h_0, of slots 1 and 2 or of the others.
    private static float[] InputWeights(RankingModel model, bool isFrozen)
    {
        var all = new List<float>();
        int dim = model.Shape.Dim;
        foreach (DenseTensor tensor in model.Dense.Tensors)
        {
            bool reads = model.Shape.Blocks.Body == BodyKind.Cross ? tensor.Name == "cross.W_0" : tensor.Columns == model.Shape.Layout.Inputs;
            for (int element = 0; reads && element < tensor.Count; element++)
            {
                (int row, int column) = (element / tensor.Columns, element % tensor.Columns);
                if ((column / dim is 1 or 2) == isFrozen)
                {
                    all.AddRange(Enumerable.Range(0, 3).Select(kind => model.Dense.Element(kind, tensor.At(row, column))));
                }
            }
        }

        return [.. all];
    }

    [Fact]
    public void Admission_has_its_own_threshold_in_increments_and_counts_are_carried()
    {
        Scene scene = TestScene.Create(name, slots: 1, dense: 0, positionBias: false);
        scene = scene with { Slots = [scene.Slots[0] with { Admission = new AdmissionOptions { Full = 5, Incremental = 3 } }] };
        using RankingModel model = RankingModel.Create(scene);
        var row = new SnapshotColumns(scene.SnapshotSchema());
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

    private double Step(RankingModel model, int seed, int ids = 40, int count = TestScene.BatchSize)
    {
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(Scene, seed, count, ids);
        return model.Learn(rows, labels, [], LearnPhase.Base);
    }

    private float[] Scores(RankingModel model) => Scores(model, 50, new ModelWorkspace());

    private float[] Scores(RankingModel model, int seed, ModelWorkspace workspace)
    {
        (SnapshotColumns rows, _) = TestScene.Batch(Scene, seed, count: 300);
        float[] probabilities = new float[rows.Count * model.TaskCount];
        model.Predict(rows, 0, rows.Count, probabilities, workspace, referenceBias: true);
        return probabilities;
    }

    private static SnapshotColumns WithDense(SnapshotColumns rows, int changed, int feature, float value)
    {
        var copy = new SnapshotColumns(rows.Schema, rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            Span<float> dense = copy.BeginRow();
            rows.Dense(row).CopyTo(dense);
            if (row == changed)
            {
                dense[feature] = value;
            }

            for (int slot = 0; slot < rows.Schema.Slots.Count; slot++)
            {
                foreach (ulong id in rows.Ids(row, slot))
                {
                    copy.AddId(id);
                }

                copy.EndSlot();
            }

            for (int item = 0; item < rows.HistoryItems(row).Length; item++)
            {
                copy.AddHistory(rows.HistoryItems(row)[item], rows.HistoryBehaviours(row)[item], rows.HistoryTimes(row)[item]);
            }

            copy.EndRow(rows.BiasId(row), rows.ReferenceBiasId(row));
        }

        return copy;
    }
}
