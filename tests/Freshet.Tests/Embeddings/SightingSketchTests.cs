using Freshet.Embeddings;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

/// <summary>Admission of a table that counts in a sketch.</summary>
public sealed class SightingSketchTests
{
    [Fact]
    public void Nobody_is_admitted_later_than_with_exact_counts()
    {
        using EmbeddingTable exact = Table(default), sketch = Table(new SightingSketch(1000, 0.05, 4));
        var random = new Random(1);
        int early = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ulong id = (ulong)random.Next(4000);
            bool isAdmitted = sketch.Sight(id, 5) >= 0;
            early += isAdmitted && exact.Find(id) < 0 ? 1 : 0;
            Assert.True(exact.Sight(id, 5) < 0 || isAdmitted, $"id {id} waits at sighting {i}");
        }

        Assert.InRange(early, 1, 20_000); // four times as many ids as it was made for
    }

    [Fact]
    public void A_poisson_rule_without_a_horizon_is_the_hard_one()
    {
        using EmbeddingTable hard = Table(new SightingSketch(100, 0.01, 2)), poisson = Table(new SightingSketch(100, 0.01, 2));
        for (int i = 0; i < 600; i++)
        {
            Assert.Equal(hard.Sight((ulong)(i % 201), 3), poisson.SightPoisson((ulong)(i % 201), 3, 0));
        }
    }

    [Fact]
    public void A_row_begins_with_the_sightings_before_the_one_that_admits_it()
    {
        using var table = new EmbeddingTable(new EmbeddingTableOptions
        {
            Name = "a",
            Dim = 0,
            Tasks = 1,
            DynamicL1 = new DynamicL1Options(10, 2),
            Sketch = new SightingSketch(1000, 0.01, 3),
        });

        Assert.Equal([-1, -1, -1, 0], (int[])[table.Sight(7, 4), table.Sight(7, 4), table.Sight(7, 4), table.Sight(7, 4)]);
        Assert.Equal(-1, table.Sight(8, 4));
        Assert.Equal((3u, 1), (table.FrequencyOf(0), table.Sight(8, 1)));
        Assert.Equal(1u, table.FrequencyOf(1));
    }

    [Fact]
    public void Counts_that_are_carried_go_on_after_reading_copying_and_returning()
    {
        var settings = new SightingSketch(5000, 0.01, 3);
        using EmbeddingTable table = Table(settings), read = Table(settings), copy = Table(settings);
        using var history = new TableHistory(copy);
        for (ulong id = 0; id < 3000; id++)
        {
            table.Sight(id, 4);
            table.Sight(id, (int)(2 + (id % 3)));
        }

        byte[] bytes = EmbeddingTableFileTests.Bytes(table);
        EmbeddingTableFileTests.Read(read, bytes);
        copy.CopyFrom(table);
        history.Add();
        for (ulong id = 0; id < 3000; id++)
        {
            copy.Sight(id, 4);
            Assert.Equal(table.SightingsOf(id), read.SightingsOf(id));
        }

        Assert.NotEqual(bytes, EmbeddingTableFileTests.Bytes(copy));
        history.Return(0);
        Assert.Equal(bytes.Length, EmbeddingTableFile.Size(table));
        Assert.Equal(bytes, EmbeddingTableFileTests.Bytes(read));
        Assert.Equal(bytes, EmbeddingTableFileTests.Bytes(copy));
    }

    [Fact]
    public void Counts_of_another_kind_or_size_are_refused()
    {
        using EmbeddingTable exact = Table(default), sketch = Table(new SightingSketch(10, 0.01, 3)), other = Table(new SightingSketch(11, 0.01, 3));

        Assert.Equal(
            "the ids of its table 'a' are counted in exact counts, those of the scene's in a sketch of 10 ids at error 0.01 up to 3",
            Assert.Throws<InvalidDataException>(() => EmbeddingTableFileTests.Read(sketch, EmbeddingTableFileTests.Bytes(exact))).Message);
        Assert.Equal(
            "the ids of its table 'a' are counted in a sketch of 10 ids at error 0.01 up to 3, those of the scene's in a sketch of 11 ids at error 0.01 up to 3",
            Assert.Throws<InvalidDataException>(() => EmbeddingTableFileTests.Read(other, EmbeddingTableFileTests.Bytes(sketch))).Message);
        Assert.Throws<ArgumentException>(() => sketch.CopyFrom(other));
    }

    [Fact]
    public void Every_page_and_count_that_cannot_be_is_refused()
    {
        var settings = new SightingSketch(5000, 0.01, 9);
        using EmbeddingTable table = Table(settings);
        for (ulong id = 0; id < 3000; id++)
        {
            table.Sight(id, 10);
        }

        byte[] bytes = EmbeddingTableFileTests.Bytes(table);
        int pages = bytes.Length - (3 * 4100);

        Assert.Equal("page 1 of its sketch of 3 comes after page 1", Mistake(settings, [.. bytes[..pages], 1, .. bytes[(pages + 1)..]]));
        Assert.Equal("page 3 of its sketch of 3 comes after page -1", Mistake(settings, [.. bytes[..pages], 3, .. bytes[(pages + 1)..]]));
        Assert.Equal("page 0 of its sketch has a count above 9", Mistake(settings, [.. bytes[..(pages + 4)], 0xA, .. bytes[(pages + 5)..]]));
        for (int length = bytes.Length - 1; length > pages - 20; length -= 61)
        {
            using EmbeddingTable read = Table(settings);
            Assert.Throws<EndOfStreamException>(() => EmbeddingTableFileTests.Read(read, bytes[..length]));
        }
    }

    [Fact]
    public void A_threshold_beyond_the_sketch_is_refused()
    {
        using EmbeddingTable table = Table(new SightingSketch(10, 0.01, 3));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => table.Sight(1, 5));

        Assert.StartsWith("A threshold of 5 is never reached in a sketch of 10 ids at error 0.01 up to 3. Nothing was counted.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, table.SightingsOf(1));
    }

    private static string Mistake(SightingSketch settings, byte[] bytes)
    {
        using EmbeddingTable table = Table(settings);
        return Assert.Throws<InvalidDataException>(() => EmbeddingTableFileTests.Read(table, bytes)).Message;
    }

    private static EmbeddingTable Table(SightingSketch sketch) => new(new EmbeddingTableOptions { Name = "a", Dim = 0, Tasks = 1, Seed = 3, Sketch = sketch });
}
