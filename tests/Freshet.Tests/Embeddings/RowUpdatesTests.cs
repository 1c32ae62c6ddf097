using CsCheck;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

public sealed class RowUpdatesTests
{
    private const int Dim = 5;
    private const int Tasks = 2;

    private static readonly RowLearning s_learning = new()
    {
        Adagrad = new AdagradSettings(0.05f, 1e-6f),
        Wide = new FtrlSettings(0.3f, 0.7f, 0.05f, 0.01f),
        GradientScale = 0.5f,
    };

    [Fact]
    public void A_row_is_updated_once_with_the_sum_of_its_occurrences()
    {
        using EmbeddingTable table = Table(RowOptimizer.Adagrad), expected = Table(RowOptimizer.Adagrad);
        using var updates = new RowUpdates(table);
        table.ClearChanges();

        updates.Begin();
        updates.Add(0, [3, 8, 3, -1], [0, 1, 1, 1], [1, 2, 3, 4, 5, 10, 20, 30, 40, 50], Dim, [1, 0.5f]);
        updates.AddWide(0, [3, 8, 3], [0, 1, 1], [1, 2, 30, 40], Tasks);
        updates.Step(0, s_learning);

        Adagrad.Step(expected.Vector(3), expected.State.Row(3), [3, 6, 9, 12, 15], 0.05f, 0, 1e-6f);
        Ftrl.Step(expected.WideWeights(3), expected.WideZ(3), expected.WideN(3), [15.5f, 21], s_learning.Wide);
        Assert.Equal(expected.Stored(3), table.Stored(3));
        Assert.NotEqual(expected.Stored(8), table.Stored(8));
        Assert.Equal(expected.Stored(4), table.Stored(4));
        Assert.Equal([true, true, false], (bool[])[table.IsChanged(3), table.IsChanged(8), table.IsChanged(4)]);
    }

    [Theory]
    [InlineData(RowOptimizer.Adagrad)]
    [InlineData(RowOptimizer.RowwiseAdagrad)]
    [InlineData(RowOptimizer.GroupFtrl)]
    public void The_bits_do_not_depend_on_the_number_of_threads(RowOptimizer optimizer) =>
        Gen.Select(Gen.Int[-1, 99].Array[0, 500], Gen.Int[0, 1000]).Sample(
            (rows, seed) =>
            {
                byte[] whole = Learnt(optimizer, rows, seed, 1);

                Assert.Equal(whole, Learnt(optimizer, rows, seed, 2));
                Assert.Equal(whole, Learnt(optimizer, rows, seed, 4));
                Assert.Equal(whole, Learnt(optimizer, rows, seed, 8));
            },
            iter: 30);

    [Fact]
    public void Dynamic_L1_keeps_a_rare_row_at_zero()
    {
        using EmbeddingTable table = Table(RowOptimizer.GroupFtrl);
        using var updates = new RowUpdates(table);
        updates.Begin();
        updates.Add(0, [3, 8], [], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], Dim, []);
        updates.AddWide(0, [3, 8], [], [1, 1, 1, 1], Tasks);

        updates.Step(0, s_learning, [1000, 1]);

        Assert.Equal(new float[Dim], table.Vector(3).ToArray());
        Assert.Equal(new float[Tasks], table.WideWeights(3).ToArray());
        Assert.DoesNotContain(0f, table.Vector(8).ToArray());
        Assert.DoesNotContain(0f, table.WideWeights(8).ToArray());
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_found_in_any_part()
    {
        using EmbeddingTable table = Table(RowOptimizer.Adagrad);
        using var updates = new RowUpdates(table, 2);
        updates.Begin();
        for (int part = 0; part < 2; part++)
        {
            updates.AddWide(part, [4, 7], [], [1, 2, 3, float.NaN], Tasks);
            Assert.Equal(part == 0, updates.AllBelow(float.PositiveInfinity));
        }
    }

    [Fact]
    public void A_batch_allocates_nothing_in_steady_state()
    {
        using EmbeddingTable table = Table(RowOptimizer.GroupFtrl);
        using var updates = new RowUpdates(table, 2);
        int[] rows = [.. Enumerable.Range(0, 300).Select(i => i * 7 % 100)];
        float[] gradients = new float[300 * Dim];
        // The compiler, too, allocates while it replaces a method's first version.
        for (int i = 0; i < 100; i++)
        {
            Batch();
        }

        Assert.Equal(0, Allocation.Of(Batch));

        void Batch()
        {
            updates.Begin();
            for (int part = 0; part < 2; part++)
            {
                updates.Add(part, rows, [], gradients, Dim, []);
                updates.AddWide(part, rows, [], gradients, Tasks);
                updates.Step(part, s_learning);
            }
        }
    }

    private static byte[] Learnt(RowOptimizer optimizer, int[] rows, int seed, int parts)
    {
        var random = new Random(seed);
        float[] gradients = [.. Enumerable.Range(0, rows.Length * Dim).Select(_ => random.NextSingle() - 0.5f)];
        float[] logits = [.. Enumerable.Range(0, rows.Length * Tasks).Select(_ => random.NextSingle() - 0.5f)];
        using EmbeddingTable table = Table(optimizer);
        using var updates = new RowUpdates(table, parts);
        for (int batch = 0; batch < 2; batch++)
        {
            updates.Begin();
            Parallel.For(0, parts, part =>
            {
                updates.Add(part, rows, [], gradients, Dim, []);
                updates.AddWide(part, rows, [], logits, Tasks);
                updates.Step(part, s_learning);
            });
        }

        int[] changed = new int[table.ChangedCount];
        table.ChangedRows(changed);
        Assert.Equal(rows.Where(row => row >= 0).Distinct().Order(), changed);
        return EmbeddingTableFileTests.Bytes(table);
    }

    private static EmbeddingTable Table(RowOptimizer optimizer)
    {
        var table = new EmbeddingTable(new EmbeddingTableOptions
        {
            Name = "a",
            Dim = Dim,
            Tasks = Tasks,
            Optimizer = optimizer,
            GroupFtrl = new GroupFtrlSettings(0.3f, 0.7f, 0.01f, 0.02f),
        });
        for (ulong id = 0; id < 100; id++)
        {
            table.Sight(id * 11, 1);
        }

        table.ClearChanges();
        return table;
    }
}
