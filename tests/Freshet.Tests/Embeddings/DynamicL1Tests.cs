using CsCheck;
using Freshet.Embeddings;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

public sealed class DynamicL1Tests
{
    private const int Tasks = 2;

    [Theory]
    [InlineData(0, 3.5f)]
    [InlineData(50, 2.25f)]
    [InlineData(99, 1.025f)]
    [InlineData(100, 1)]
    [InlineData(101, 1)]
    [InlineData(uint.MaxValue, 1)]
    public void The_factor_falls_from_1_plus_C_to_1_at_N(uint frequency, float expected) =>
        Assert.Equal(expected, RarePenalty.FactorOf(new DynamicL1Options(100, 2.5), frequency), 6);

    [Fact]
    public void The_factor_never_rises_with_the_frequency() =>
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.Float[0, 1e6f], Gen.UInt, Gen.UInt).Sample((n, c, left, right) =>
        {
            var dynamic = new DynamicL1Options(n, c);
            float rare = RarePenalty.FactorOf(dynamic, Math.Min(left, right)), often = RarePenalty.FactorOf(dynamic, Math.Max(left, right));

            return often >= 1 && rare >= often && rare <= 1 + c;
        });

    [Fact]
    public void A_frequency_is_the_number_of_occurrences_for_any_number_of_parts() =>
        Gen.Select(Gen.Int[-1, 20].Array[0, 60].Array[1, 4], Gen.Int[0, 3]).Sample((batches, power) =>
        {
            using EmbeddingTable table = Table();
            using var updates = new RowUpdates(table, 1 << power);
            foreach (int[] rows in batches)
            {
                updates.Begin();
                for (int part = 0; part < updates.Parts; part++)
                {
                    int[] places = new int[rows.Length];
                    updates[part].Use(rows, places);
                    updates.Count(part, places, [], [], []);
                    updates.Step(part, new RowLearning());
                }
            }

            for (int row = 0; row < table.Count; row++)
            {
                Assert.Equal(batches.Sum(rows => rows.Count(other => other == row)), (int)table.FrequencyOf(row));
            }
        });

    [Fact]
    public void An_owner_counts_once_for_each_sample_that_it_stands_for()
    {
        using EmbeddingTable table = Table();
        using var updates = new RowUpdates(table);
        int[] places = new int[3];
        updates.Begin();
        updates[0].Use([4, 5, 4], places);

        updates.Count(0, places, [0, 0, 1], [0, 3, 4], []);
        updates.Step(0, new RowLearning());

        Assert.Equal((4u, 3u, 0u), (table.FrequencyOf(4), table.FrequencyOf(5), table.FrequencyOf(6)));
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(4, 3, 3)]
    [InlineData(1, 2, 2)]
    public void A_new_row_has_the_sightings_before_the_one_that_admits_it(int threshold, int carried, int expected)
    {
        using EmbeddingTable table = Table(rows: 0);
        for (int i = 0; i < carried; i++)
        {
            Assert.Equal(-1, table.Sight(7, 100));
        }

        int row = table.Sight(7, threshold);

        Assert.Equal((uint)expected, table.FrequencyOf(row));
    }

    [Fact]
    public void Frequencies_are_copied_and_written()
    {
        using EmbeddingTable table = Table(), copy = Table(), read = Table(rows: 0), without = new(table.Options with { DynamicL1 = null });
        copy.CopyFrom(table);
        Occur(copy, 3);
        Occur(copy, 4);
        Assert.Equal(1u, copy.FrequencyOf(3));
        byte[] bytes = EmbeddingTableFileTests.Bytes(copy);
        EmbeddingTableFileTests.Read(read, bytes);

        copy.CopyFrom(table);

        Assert.Equal(0u, copy.FrequencyOf(3));
        Assert.Equal(1u, read.FrequencyOf(read.Find(3)));
        Assert.Equal(bytes, EmbeddingTableFileTests.Bytes(read));
        Assert.Equal(
            "the rows of its table 'a' know of themselves: Frequency; those of the scene's, by dynamic_l1 and eviction: None",
            Assert.Throws<InvalidDataException>(() => EmbeddingTableFileTests.Read(without, bytes)).Message);
    }

    private static void Occur(EmbeddingTable table, int row)
    {
        using var updates = new RowUpdates(table);
        int[] places = new int[1];
        updates.Begin();
        updates[0].Use([row], places);
        updates.Count(0, places, [], [], []);
        updates.Step(0, new RowLearning());
    }

    private static EmbeddingTable Table(int rows = 100)
    {
        var table = new EmbeddingTable(new EmbeddingTableOptions { Name = "a", Dim = 0, Tasks = Tasks, DynamicL1 = new DynamicL1Options(10, 2) });
        for (int id = 0; id < rows; id++)
        {
            table.Sight((ulong)id, 1);
        }

        table.ClearChanges();
        return table;
    }
}
