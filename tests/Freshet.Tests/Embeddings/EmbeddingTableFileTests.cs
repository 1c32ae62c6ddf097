using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

public sealed class EmbeddingTableFileTests
{
    [Theory]
    [InlineData(RowOptimizer.Adagrad)]
    [InlineData(RowOptimizer.RowwiseAdagrad)]
    [InlineData(RowOptimizer.GroupFtrl)]
    public void Order_of_insertion_leaves_no_trace(RowOptimizer optimizer)
    {
        using EmbeddingTable up = Table(optimizer), down = Table(optimizer), read = Table(optimizer);
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
        Read(read, bytes);
        Assert.Equal(bytes, Bytes(read));
        Assert.Equal(up.State.Row(5), read.State.Row(read.Find(up.IdOf(5))));
        Assert.Equal(0, read.ChangedCount);
    }

    [Fact]
    public void Sightings_that_are_carried_go_on_after_reading()
    {
        using EmbeddingTable table = Table(), read = Table();
        table.Sight(5, 4);
        table.Sight(5, 4);
        table.Sight(6, 4);

        Read(read, Bytes(table));

        Assert.Equal([-1, 0], (int[])[read.Sight(5, 4), read.Sight(5, 4)]);
        Assert.Equal(1, read.SightingsOf(6));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        using EmbeddingTable table = Table();
        for (ulong id = 0; id < 5; id++)
        {
            table.Sight(id, 1);
            table.Sight(100 + id, 3);
        }

        byte[] bytes = Bytes(table);

        for (int length = 0; length < bytes.Length; length++)
        {
            using EmbeddingTable read = Table();
            Assert.Throws<EndOfStreamException>(() => Read(read, bytes[..length]));
        }
    }

    [Fact]
    public void Ids_that_do_not_ascend_are_refused()
    {
        using EmbeddingTable table = Table(), read = Table();
        table.Sight(0, 1);
        table.Sight(1, 1);
        byte[] bytes = Bytes(table);
        bytes[4 + 1 + 16 + 8 + 8] = 0;

        var error = Assert.Throws<InvalidDataException>(() => Read(read, bytes));

        Assert.Equal("its ids do not ascend: 0 comes after 0", error.Message);
    }

    [Fact]
    public void A_table_of_another_optimiser_or_size_is_refused()
    {
        using EmbeddingTable table = Table(), group = Table(RowOptimizer.GroupFtrl);
        using var wider = new EmbeddingTable(new EmbeddingTableOptions { Name = "a", Dim = 8, Tasks = 2 });

        Assert.Equal(
            "the rows of its table 'a' learnt by Adagrad, those of the scene's learn by GroupFtrl",
            Assert.Throws<InvalidDataException>(() => Read(group, Bytes(table))).Message);
        Assert.Equal(
            "it has table 'a' with Dim 4 and 2 tasks where 'a' with Dim 8 and 2 tasks is expected",
            Assert.Throws<InvalidDataException>(() => Read(wider, Bytes(table))).Message);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(4, 0)]
    [InlineData(0, 0)]
    public void A_table_without_vectors_or_wide_weights_comes_back(int dim, int tasks)
    {
        var options = new EmbeddingTableOptions { Name = "a", Dim = dim, Tasks = tasks };
        using EmbeddingTable table = new(options), read = new(options);
        for (ulong id = 0; id < 5000; id++)
        {
            table.Sight(id, 1);
        }

        Read(read, Bytes(table));

        Assert.Equal(5000, read.Count);
        Assert.Equal(Bytes(table), Bytes(read));
    }

    internal static byte[] Bytes(EmbeddingTable table)
    {
        using var stream = new MemoryStream();
        EmbeddingTableFile.Write(table, new BinaryWriter(stream));
        return stream.ToArray();
    }

    internal static void Read(EmbeddingTable table, byte[] bytes) =>
        EmbeddingTableFile.Read(table, new BinaryReader(new MemoryStream(bytes)));

    private static EmbeddingTable Table(RowOptimizer optimizer = RowOptimizer.Adagrad) => new(new EmbeddingTableOptions
    {
        Name = "a",
        Dim = 4,
        Tasks = 2,
        InitialAccumulator = 0.3f,
        Optimizer = optimizer,
        GroupFtrl = new GroupFtrlSettings(0.2f, 0.5f, 0.01f, 0.02f, 0.03f),
    });
}
