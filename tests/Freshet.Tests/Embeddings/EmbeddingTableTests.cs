using CsCheck;
using Freshet.Core;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Kernels.Rows;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

public sealed class EmbeddingTableTests
{
    [Fact]
    public void Every_id_has_a_row_of_its_own_zero_and_the_largest_too() =>
        Gen.ULong.Array[0, 300].Sample(ids =>
        {
            using EmbeddingTable table = Table();
            ulong[] distinct = [.. ids.Append(0ul).Append(ulong.MaxValue).Distinct()];

            int[] rows = [.. distinct.Select(id => table.Sight(id, 1))];

            Assert.Equal(Enumerable.Range(0, distinct.Length), rows);
            Assert.Equal(rows, distinct.Select(table.Find));
            Assert.Equal(distinct.Length, table.Count);
        });

    [Fact]
    public void A_row_counts_as_zero_only_where_vector_and_wide_weights_are()
    {
        using EmbeddingTable table = Table();
        for (ulong id = 0; id < 4; id++)
        {
            table.Sight(id, 1);
            table.Vector((int)id).Clear();
        }

        table.Vector(1)[^1] = -1e-30f;
        table.WideWeights(2)[0] = 1;
        table.WideZ(3)[0] = 1; // not a weight

        Assert.Equal(2, table.CountNonzeroRows());
    }

    [Fact]
    public void Sightings_that_are_cleared_are_forgotten_and_rows_stay()
    {
        using EmbeddingTable table = Table(), copy = Table();
        table.Sight(1, 1);
        table.Sight(2, 3);
        table.Sight(2, 3);
        copy.CopyFrom(table);

        copy.ClearSightings();

        Assert.Equal((0, 2), (copy.SightingsOf(2), table.SightingsOf(2)));
        Assert.Equal((-1, -1, 1), (copy.Sight(2, 3), copy.Sight(2, 3), copy.Sight(2, 3)));
        Assert.Equal(0, copy.Find(1));
        copy.CopyFrom(table);
        Assert.Equal((2, -1), (copy.SightingsOf(2), copy.Find(2)));
    }

    [Fact]
    public void A_new_row_is_a_function_of_seed_table_and_id_alone()
    {
        using EmbeddingTable first = Table(), second = Table(), otherSeed = Table(seed: 2), otherName = Table(name: "b");
        for (ulong id = 0; id < 200; id++)
        {
            first.Sight(id, 1);
            second.Sight(199 - id, 1);
        }

        float[] row = Vector(first, 5);

        Assert.Equal(row, Vector(second, 5));
        Assert.NotEqual(row, Vector(first, 6));
        Assert.NotEqual(row, Vector(otherSeed, 5));
        Assert.NotEqual(row, Vector(otherName, 5));
    }

    [Fact]
    public void New_vectors_fill_their_range_and_the_rest_starts_at_its_initial_value()
    {
        using EmbeddingTable table = Table();
        var values = new List<float>();
        for (ulong id = 0; id < 2000; id++)
        {
            int row = table.Sight(id, 1);
            values.AddRange(table.Vector(row));
            Assert.Equal([0.3f, 0.3f, 0.3f, 0.3f], table.Accumulators(row).ToArray());
            Assert.Equal(new float[6], (float[])[.. table.WideWeights(row), .. table.WideZ(row), .. table.WideN(row)]);
        }

        Assert.All(values, value => Assert.InRange(value, -0.05f, 0.05f));
        Assert.Equal(0, values.Average(), 0.001);
        Assert.Equal(0.05 * 0.05 / 3, values.Average(value => (double)value * value), 5e-5);
    }

    [Fact]
    public void An_id_is_admitted_from_the_sighting_that_reaches_the_threshold_on()
    {
        using EmbeddingTable table = Table();

        Assert.Equal([-1, -1, 0, 0], (int[])[table.Sight(9, 3), table.Sight(9, 3), table.Sight(9, 3), table.Sight(9, 3)]);
        Assert.Equal(-1, table.Sight(8, 3));
        Assert.Equal(1, table.SightingsOf(8));
        Assert.Equal(0, table.SightingsOf(7));
    }

    [Fact]
    public void A_lower_threshold_admits_with_carried_counts_and_a_raised_one_takes_no_row_away()
    {
        using EmbeddingTable table = Table();
        table.Sight(1, 10);
        table.Sight(1, 10);

        Assert.Equal(0, table.Sight(1, 3));
        Assert.Equal(0, table.Sight(1, 1000));
    }

    [Fact]
    public void A_copy_is_equal_also_over_a_table_that_held_more()
    {
        using EmbeddingTable small = Filled(20), large = Filled(5000);
        large.Sight(77_777, 5);

        large.CopyFrom(small);

        Assert.Equal(EmbeddingTableFileTests.Bytes(small), EmbeddingTableFileTests.Bytes(large));
        Assert.Equal(-1, large.Find(3000));
        Assert.Equal(0, large.SightingsOf(77_777));
        Assert.Equal(small.Sight(123_456, 1), large.Sight(123_456, 1));
        Assert.Equal(EmbeddingTableFileTests.Bytes(small), EmbeddingTableFileTests.Bytes(large));
    }

    [Fact]
    public void All_mistakes_of_the_options_come_in_one_message()
    {
        var error = Assert.Throws<ArgumentException>(() => new EmbeddingTable(new EmbeddingTableOptions
        {
            Name = "a",
            Dim = 300,
            Tasks = -1,
            InitialAccumulator = 0,
            Optimizer = (RowOptimizer)9,
            GroupFtrl = new GroupFtrlSettings(0, 1, -1),
        }));

        Assert.StartsWith(
            "Embedding table 'a': Dim is 300; use 0 to 256. Tasks is -1; use 0 to 32. InitialAccumulator is 0; use more than 0. " +
            "Optimizer is 9; use Adagrad, RowwiseAdagrad or GroupFtrl. GroupFtrl.Alpha is 0; use more than 0. " +
            "GroupFtrl has Beta 1, L1 -1, GroupL1 0, L2 0; use 0 or more.",
            error.Message);
    }

    [Fact]
    public void The_state_of_a_new_row_is_that_of_its_optimiser()
    {
        var settings = new GroupFtrlSettings(0.2f, 0.5f, 0.01f, 0.02f, 0.03f);
        using EmbeddingTable rowwise = Table(RowOptimizer.RowwiseAdagrad), group = Table(RowOptimizer.GroupFtrl, settings);
        float[] vector = Vector(group, 5), z = new float[4], n = [0.3f, 0.3f, 0.3f, 0.3f];
        GroupFtrl.Start(vector, z, n, settings);

        rowwise.Sight(5, 1);

        Assert.Equal([0.3f], rowwise.State.Row(0).ToArray());
        Assert.Equal(vector, rowwise.Vector(0).ToArray());
        Assert.Equal((float[])[.. z, .. n], group.State.Row(0).ToArray());
    }

    [Fact]
    public void A_batch_is_sighted_as_one_id_after_the_other() => Gen.ULong[0, 40].Array[0, 200].Array[1, 4].Sample(batches =>
    {
        using EmbeddingTable one = Table(), together = Table();
        foreach (ulong[] ids in batches)
        {
            int[] rows = new int[ids.Length];

            together.Sight(ids, 3, rows);

            Assert.Equal(ids.Select(id => one.Sight(id, 3)), rows);
        }

        Assert.Equal(EmbeddingTableFileTests.Bytes(one), EmbeddingTableFileTests.Bytes(together));
    });

    [Fact]
    public void Admitted_and_updated_rows_are_changed_until_the_marks_are_cleared()
    {
        using EmbeddingTable table = Filled(100);
        Assert.Equal(100, table.ChangedCount);

        table.ClearChanges();
        table.Sight(777, 1);
        table.Sight(5, 1);
        table.MarkChanged([60, 3]);

        int[] changed = new int[3];
        Assert.Equal(3, table.ChangedRows(changed));
        Assert.Equal([3, 60, 100], changed);
        Assert.True(table.IsChanged(60));
        Assert.False(table.IsChanged(5));
        Assert.Equal(777ul, table.IdOf(100));
    }

    [Fact]
    public void An_increment_that_starts_from_the_base_knows_what_it_changed()
    {
        using EmbeddingTable table = Filled(100), increment = Table();
        table.ClearChanges();

        for (int round = 0; round < 3; round++)
        {
            increment.CopyFrom(table);
            Assert.Equal(0, increment.ChangedCount);
            increment.MarkChanged([7]);
            increment.Sight(1000, 1);

            Assert.Equal(2, increment.ChangedCount);
        }
    }

    [Fact]
    public async Task Readers_beside_the_admitting_thread_see_whole_rows_of_the_right_ids()
    {
        const int Ids = 60_000;
        using EmbeddingTable table = Table(), expected = Table();
        for (int i = 0; i < Ids; i++)
        {
            expected.Sight(Id(i), 1);
        }

        using var stop = new CancellationTokenSource();
        int admitted = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader);
            ulong[] ids = new ulong[50];
            int[] rows = new int[50];
            float[] vectors = new float[50 * 4];
            while (!stop.IsCancellationRequested)
            {
                int known = Volatile.Read(ref admitted);
                for (int i = 0; i < ids.Length; i++)
                {
                    ids[i] = Id(random.Next(Math.Max(0, known - 300), Math.Min(Ids, known + 20)));
                }

                table.Find(ids, rows);
                RowGather.Copy(table.Vectors, rows, 0, 4, vectors, 4);
                for (int i = 0; i < ids.Length; i++)
                {
                    // Rows are admitted in the order in which the other table has them.
                    int row = expected.Find(ids[i]);
                    Assert.True(rows[i] == row || (rows[i] == -1 && row >= known), $"row {row} of {known} is {rows[i]}");
                    if (rows[i] >= 0)
                    {
                        Assert.Equal(expected.Vector(row), vectors.AsSpan(4 * i, 4));
                        Assert.Equal(ids[i], table.IdOf(row));
                        Assert.Equal([0f, 0], table.WideWeights(row).ToArray());
                    }
                }
            }
        }))];

        for (int i = 0; i < Ids; i++)
        {
            table.Sight(Id(i), 1);
            Volatile.Write(ref admitted, i + 1);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(Ids, table.Count);

        static ulong Id(int i) => SplitMix64.Mix(3, (ulong)i);
    }

    [Fact]
    public void A_table_takes_less_than_a_third_more_than_its_rows()
    {
        // 2¹⁷ rows, so that the blocks of rows are nearly full: what is over is the index, the ids, and half-filled segments.
        using var table = new EmbeddingTable(new EmbeddingTableOptions { Name = "a", Dim = 16, Tasks = 2 });
        for (int i = 0; i < 131_072; i++)
        {
            table.Sight(SplitMix64.Mix(1, (ulong)i), 1);
        }

        Assert.InRange(table.Bytes / 131_072.0, 152, 152 * 1.33);
    }

    [Fact]
    public void Seven_rows_are_small()
    {
        using EmbeddingTable table = Filled(7);

        Assert.InRange(table.Bytes, 7 * 56, 16_384);
    }

    [Fact]
    public void Finding_and_restarting_from_the_base_allocate_nothing()
    {
        using EmbeddingTable table = Filled(5000), increment = Table();
        ulong[] ids = [.. Enumerable.Range(0, 1000).Select(i => (ulong)(i * 6))];
        int[] rows = new int[1000];
        table.ClearChanges();
        // The compiler, too, allocates while it replaces a method's first version.
        for (int i = 0; i < 100; i++)
        {
            Restart();
        }

        Assert.Equal(0, Allocation.Of(Restart));

        void Restart()
        {
            increment.CopyFrom(table);
            increment.Find(ids, rows);
            increment.MarkChanged(rows.AsSpan(0, 100));
        }
    }

    private static EmbeddingTable Table(RowOptimizer optimizer, GroupFtrlSettings? settings = null) => new(new EmbeddingTableOptions
    {
        Name = "a",
        Dim = 4,
        Tasks = 2,
        InitialAccumulator = 0.3f,
        Optimizer = optimizer,
        GroupFtrl = settings ?? new GroupFtrlSettings(),
    });

    private static EmbeddingTable Table(ulong seed = 1, string name = "a") =>
        new(new EmbeddingTableOptions { Name = name, Dim = 4, Tasks = 2, Seed = seed, InitialAccumulator = 0.3f });

    private static EmbeddingTable Filled(int ids)
    {
        EmbeddingTable table = Table();
        for (int id = 0; id < ids; id++)
        {
            table.Sight((ulong)id, 1);
        }

        return table;
    }

    private static float[] Vector(EmbeddingTable table, ulong id) => table.Vector(table.Sight(id, 1)).ToArray();
}
