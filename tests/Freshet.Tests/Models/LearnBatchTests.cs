using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class LearnBatchTests
{
    private static readonly SnapshotSchema s_schema = (TestScene.Create("lr") with
    {
        Regressions = [new Regression { Name = "seconds", EventType = "watch" }],
    }).SnapshotSchema();

    private readonly SnapshotColumns _rows = new(s_schema);

    public LearnBatchTests()
    {
        for (ulong row = 0; row < 3; row++)
        {
            _rows.BeginRow().Fill(row);
            for (ulong slot = 0; slot < 3; slot++)
            {
                _rows.AddId((10 * row) + slot);
                _rows.EndSlot();
            }

            _rows.EndRow(row, 1);
        }
    }

    /// <summary>The first step of Adam is its rate: a quarter of a batch takes a quarter of it.</summary>
    [Fact]
    public void A_part_of_a_batch_takes_its_part_of_a_dense_step()
    {
        Scene scene = TestScene.Create("esmm", positionBias: false);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(scene, seed: 3);
        float[] whole = Step(0), quarter = Step(4 * rows.Count);

        Assert.Contains(whole, change => Math.Abs(change) > 0.005f);
        Assert.All(whole.Zip(quarter), pair => Assert.Equal(pair.First, 4 * pair.Second, 1e-5f));

        float[] Step(int full)
        {
            using RankingModel before = RankingModel.Create(scene), model = RankingModel.Create(scene);
            LearnBatch batch = TestScene.BatchOf(rows, labels);
            batch.FullCount = full;
            _ = model.Learn(batch, LearnPhase.Increment);
            return [.. before.Dense.Tensors.SelectMany(tensor => Enumerable.Range(0, tensor.Count).Select(i =>
                model.Dense.Element(0, tensor.At(i / tensor.Columns, i % tensor.Columns)) - before.Dense.Element(0, tensor.At(i / tensor.Columns, i % tensor.Columns))))];
        }
    }

    [Fact]
    public void A_batch_holds_features_labels_and_targets_of_its_samples_in_their_order()
    {
        var batch = new LearnBatch(s_schema);

        batch.Add(_rows, 2, 0b101, [float.NaN], []);
        batch.Add(_rows, 0, 0b000, [7], []);

        Assert.Equal(2, batch.Count);
        Assert.Equal([20UL], batch.Features.Ids(0, 0).ToArray());
        Assert.Equal([2UL], batch.Features.Ids(1, 2).ToArray());
        Assert.Equal([1, 0, 1, 0, 0, 0], batch.Labels.ToArray());
        Assert.Equal([float.NaN, 7], batch.Targets.ToArray());
        Assert.True(batch.Weights.IsEmpty);
    }

    [Fact]
    public void Once_a_sample_has_weights_the_others_have_ones()
    {
        var batch = new LearnBatch(s_schema);

        batch.Add(_rows, 0, 1, [1], []);
        batch.Add(_rows, 1, 1, [1], [2, 3, 4]);
        batch.Add(_rows, 2, 1, [1], []);

        Assert.Equal([1, 1, 1, 2, 3, 4, 1, 1, 1], batch.Weights.ToArray());
        batch.Clear();
        batch.Add(_rows, 0, 1, [1], []);
        Assert.True(batch.Weights.IsEmpty);
    }

    [Fact]
    public void A_snapshot_may_be_appended_to_the_batch_itself()
    {
        var batch = new LearnBatch(s_schema);
        batch.Features.AppendRow(_rows, 1);

        batch.Add(0b010, [3], []);

        Assert.Equal((1, 1), (batch.Count, batch.Features.Count));
        Assert.Equal([0, 1, 0], batch.Labels.ToArray());
        var failure = Assert.Throws<InvalidOperationException>(() => batch.Add(0, [3], []));
        Assert.Equal("The batch has 1 samples and 1 snapshots. Append one snapshot, then add its sample.", failure.Message);
    }

    [Fact]
    public void A_sample_of_another_width_is_refused_with_both_widths()
    {
        var batch = new LearnBatch(s_schema);

        var failure = Assert.Throws<ArgumentException>(() => batch.Add(_rows, 0, 1, [], [1]));

        Assert.Equal("A sample has 0 targets and 1 weights; this batch is of 1 targets and 3 weights (or none).", failure.Message);
        Assert.Equal((0, 0), (batch.Count, batch.Features.Count));
    }

    [Fact]
    public void Filled_again_it_allocates_nothing()
    {
        var batch = new LearnBatch(s_schema);
        float[] targets = [1], weights = [1, 2, 3];

        long allocated = Allocation.Of(() =>
        {
            batch.Clear();
            for (int i = 0; i < 300; i++)
            {
                batch.Add(_rows, i % 3, 1, targets, weights);
            }
        });

        Assert.Equal(0, allocated);
    }
}
