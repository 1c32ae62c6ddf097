using CsCheck;
using Freshet.Embeddings;

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

        Assert.Equal(Bytes(small), Bytes(large));
        Assert.Equal(-1, large.Find(3000));
        Assert.Equal(0, large.SightingsOf(77_777));
        Assert.Equal(small.Sight(123_456, 1), large.Sight(123_456, 1));
        Assert.Equal(Bytes(small), Bytes(large));
    }

    [Fact]
    public void Order_of_insertion_leaves_no_trace_in_the_file()
    {
        using EmbeddingTable up = Table(), down = Table(), read = Table();
        for (ulong id = 0; id < 9000; id++)
        {
            up.Sight(id * 7, 1);
            down.Sight((8999 - id) * 7, 1);
        }

        up.Sight(1, 9);
        down.Sight(1, 9);
        byte[] bytes = Bytes(up);

        Assert.Equal(bytes, Bytes(down));
        Assert.Equal(bytes.Length, EmbeddingTableFile.Size(up));
        EmbeddingTableFile.Read(read, new BinaryReader(new MemoryStream(bytes)));
        Assert.Equal(bytes, Bytes(read));
    }

    [Fact]
    public void A_file_whose_ids_do_not_ascend_is_refused()
    {
        using EmbeddingTable table = Filled(2), read = Table();
        byte[] bytes = Bytes(table);
        bytes[4 + 1 + 8 + 8 + 8] = 0;

        var error = Assert.Throws<InvalidDataException>(
            () => EmbeddingTableFile.Read(read, new BinaryReader(new MemoryStream(bytes))));

        Assert.Equal("its ids do not ascend: 0 comes after 0", error.Message);
    }

    [Fact]
    public void All_mistakes_of_the_options_come_in_one_message()
    {
        var error = Assert.Throws<ArgumentException>(() => new EmbeddingTable(
            new EmbeddingTableOptions { Name = "a", Dim = 300, Tasks = -1, InitialAccumulator = 0 }));

        Assert.StartsWith(
            "Embedding table 'a': Dim is 300; use 0 to 256. Tasks is -1; use 0 to 32. InitialAccumulator is 0; use more than 0.",
            error.Message);
    }

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

    private static byte[] Bytes(EmbeddingTable table)
    {
        using var stream = new MemoryStream();
        EmbeddingTableFile.Write(table, new BinaryWriter(stream));
        return stream.ToArray();
    }
}
