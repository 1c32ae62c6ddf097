using CsCheck;
using Freshet.Embeddings;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

public sealed class EvictionTests
{
    private static readonly RowLearning s_learning = new();

    [Fact]
    public void An_evicted_id_leaves_a_tombstone_and_begins_anew_when_it_is_admitted_again()
    {
        using EmbeddingTable table = Table(new EvictionOptions { Days = 7 });
        See(table, 1, 100, 101, 102);
        float[] initial = table.Stored(table.Find(100));
        table.ClearChanges();
        Learn(table, day: 1, 100, 101, 102);
        Learn(table, day: 5, 100, 102);

        Assert.Equal(0, table.Evict(7));
        Assert.Equal(1, table.Evict(8));

        Assert.Equal([101ul], table.Tombstones);
        Assert.Equal((2, -1, 1), (table.Count, table.Find(101), table.Find(102)));
        Assert.True(table.IsChanged(0) && table.IsChanged(1));

        Assert.Equal(-1, table.Sight(101, 2));
        Assert.Equal([101ul], table.Tombstones);
        table.Day = 9;
        Assert.Equal(2, table.Sight(101, 2));
        Assert.Empty(table.Tombstones);
        Assert.Equal(initial.AsSpan(0, 2 * table.Options.Dim), Fresh(100).AsSpan(0, 2 * table.Options.Dim));
        Assert.Equal(Fresh(101).AsSpan(0, 2 * table.Options.Dim), table.Stored(2).AsSpan(0, 2 * table.Options.Dim));
        table.ClearChanges();
        Assert.Equal(2, table.Evict(13));
        Assert.Equal((1, 101ul), (table.Count, table.IdOf(0)));
        Assert.Equal([100ul, 102], table.Tombstones.Order().ToArray());
    }

    [Fact]
    public void Small_rows_go()
    {
        using EmbeddingTable table = Table(new EvictionOptions { MinNorm = 0.5 });
        See(table, 0, 1, 2, 3);
        table.Vector(table.Find(2))[0] = 0.4f;
        table.WideWeights(table.Find(2))[0] = 0.4f;

        Assert.Equal(2, table.Evict(0));

        Assert.Equal((1, 2ul), (table.Count, table.IdOf(0)));
    }

    /// <summary>The score is the moving average over days that its definition says, whatever days a row was not seen on.</summary>
    [Fact]
    public void Over_the_most_rows_those_of_the_least_score_go()
    {
        using EmbeddingTable table = Table(new EvictionOptions { MaxRows = 3, Decay = 0.25, PositiveWeight = 4 });
        var random = new Random(3);
        double[] scores = new double[10];
        See(table, 1, [.. Enumerable.Range(0, 10).Select(id => (ulong)id)]);
        for (int day = 1; day <= 20; day++)
        {
            for (int id = 0; id < scores.Length; id++)
            {
                int samples = random.Next(3), positives = random.Next(samples + 1);
                scores[id] = ((1 - 0.25) * scores[id]) + (0.25 * ((4 * positives) + samples - positives));
                if (samples > 0)
                {
                    Learn(table, day, [.. Enumerable.Repeat((ulong)id, samples)], [.. Enumerable.Range(0, samples).Select(i => i < positives)]);
                }
            }
        }

        for (int id = 0; id < scores.Length; id++)
        {
            Assert.Equal(scores[id], table.Life.ScoreOf(table.Find((ulong)id), 20), 4);
        }

        Assert.Equal(7, table.Evict(20));
        Assert.Equal(
            scores.Index().OrderByDescending(pair => pair.Item).Take(3).Select(pair => (ulong)pair.Index).Order(), Enumerable.Range(0, 3).Select(table.IdOf));
        Assert.Equal(7, table.Tombstones.Count());
    }

    [Fact]
    public void Between_bases_a_table_is_cut_back_only_where_it_is_over_its_rows()
    {
        using EmbeddingTable table = Table(new EvictionOptions { Days = 1, MaxRows = 100, Decay = 0.1, PositiveWeight = 1 });
        See(table, 1, [.. Enumerable.Range(0, 100).Select(id => (ulong)id)]);
        Assert.Equal(0, table.EvictOverflow(50));

        See(table, 50, 1000);

        Assert.Equal(6, table.EvictOverflow(50));
        Assert.Equal(95, table.Count);
    }

    /// <summary>Rows that stay hold what they held, in their order, are found by their ids, and are marked as they were.</summary>
    [Fact]
    public void What_stays_is_what_was_there() => Gen.Int[1, 1_000_000].Sample(
        seed =>
        {
            var random = new Random(seed);
            using EmbeddingTable table = Table(new EvictionOptions { Days = 3 });
            var expected = new List<(ulong Id, float[] Row, bool IsChanged)>();
            See(table, 0, [.. Enumerable.Range(0, random.Next(1, 3000)).Select(id => (ulong)id * 77)]);
            table.ClearChanges();
            for (int row = 0; row < table.Count; row++)
            {
                if (random.Next(3) > 0)
                {
                    Learn(table, random.Next(2, 6), table.IdOf(row));
                }
            }

            for (int row = 0; row < table.Count; row++)
            {
                if (6 - table.Life.DayOf(row) < 3)
                {
                    expected.Add((table.IdOf(row), table.Stored(row), table.IsChanged(row)));
                }
            }

            int evicted = table.Count - expected.Count;
            Assert.Equal(evicted, table.Evict(6));

            Assert.Equal((expected.Count, evicted), (table.Count, table.Tombstones.Count()));
            for (int row = 0; row < expected.Count; row++)
            {
                Assert.Equal((row, expected[row].Id, expected[row].IsChanged), (table.Find(expected[row].Id), table.IdOf(row), table.IsChanged(row)));
                Assert.Equal(expected[row].Row, table.Stored(row));
            }

            using EmbeddingTable copy = Table(table.Options.Eviction), read = Table(table.Options.Eviction);
            copy.CopyFrom(table);
            Assert.Equal(EmbeddingTableFileTests.Bytes(table), EmbeddingTableFileTests.Bytes(copy));
            Assert.Equal(table.Tombstones.Order(), copy.Tombstones.Order());
            EmbeddingTableFile.Read(read, new BinaryReader(new MemoryStream(EmbeddingTableFileTests.Bytes(table))));
            Assert.Equal(table.Evict(7), read.Evict(7));
            Assert.Equal(EmbeddingTableFileTests.Bytes(table), EmbeddingTableFileTests.Bytes(read));
        },
        iter: 30, threads: 1);

    [Fact]
    public void A_table_with_points_to_return_to_gives_up_nothing()
    {
        using EmbeddingTable table = Table(new EvictionOptions { Days = 1 });
        using var history = new TableHistory(table);
        See(table, 1, 5);
        history.Add();

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => table.Evict(9));

        Assert.Contains("has 1 points to return to", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, table.Find(5));
    }

    private static void See(EmbeddingTable table, int day, params ulong[] ids)
    {
        table.Day = day;
        foreach (ulong id in ids)
        {
            _ = table.Sight(id, 1);
        }
    }

    private static void Learn(EmbeddingTable table, int day, params ulong[] ids) => Learn(table, day, ids, []);

    private static void Learn(EmbeddingTable table, int day, ulong[] ids, bool[] isPositive)
    {
        table.Day = day;
        using var updates = new RowUpdates(table);
        int[] rows = new int[ids.Length], places = new int[ids.Length];
        table.Find(ids, rows);
        updates.Begin();
        updates.Add(0, rows, [], [.. Enumerable.Range(0, ids.Length * table.Options.Dim).Select(i => 0.01f * (i + 1))], table.Options.Dim, []);
        updates[0].Use(rows, places);
        updates.Count(0, places, [], [], isPositive);
        updates.Step(0, s_learning);
    }

    private static float[] Fresh(ulong id)
    {
        using EmbeddingTable table = Table(new EvictionOptions());
        return table.Stored(table.Sight(id, 1));
    }

    private static EmbeddingTable Table(EvictionOptions eviction) => new(new EmbeddingTableOptions { Name = "t", Dim = 3, Tasks = 1, Eviction = eviction });
}
