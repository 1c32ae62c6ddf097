using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;

namespace Freshet.Tests.Contracts;

/// <summary>What every checkpoint store promises; an adapter derives from it and says how to open one.</summary>
public abstract class CheckpointStoreContract
{
    private const string A = "0000000001-0000000001.checkpoint", B = "0000000002-0000000001.checkpoint", Rows = "0000000001.rows";

    /// <summary>Opens the store of this test, empty at first and the same one after that.</summary>
    protected abstract ICheckpointStore Open();

    [Fact]
    public void An_empty_store_has_no_files_and_can_be_cleared()
    {
        ICheckpointStore store = Open();

        store.Clear();

        Assert.Empty(store.List());
        Assert.NotEmpty(store.Location);
    }

    [Fact]
    public void A_file_reads_back_as_it_was_written_with_its_length_also_after_opening_again()
    {
        byte[] content = new byte[3 << 20];
        new Random(1).NextBytes(content);

        long written = Open().Write(A, stream => stream.Write(content));

        Assert.Equal(content.Length, written);
        using Stream stream = Open().Open(A);
        Assert.Equal(content.Length, stream.Length);
        Assert.Equal(content, Bytes(stream));
    }

    [Fact]
    public void Names_are_listed_in_ordinal_order()
    {
        ICheckpointStore store = Open();
        foreach (string name in new[] { B, A, Rows, "0000000010-0000000010.checkpoint" })
        {
            Write(store, name, 1);
        }

        Assert.Equal(new[] { Rows, A, B, "0000000010-0000000010.checkpoint" }.Order(StringComparer.Ordinal), store.List());
    }

    [Fact]
    public void A_file_of_the_same_name_is_replaced()
    {
        ICheckpointStore store = Open();
        Write(store, A, 1, 2, 3);

        Write(store, A, 9);

        Assert.Equal([9], Read(store, A));
        Assert.Equal([A], store.List());
    }

    [Fact]
    public void A_file_is_not_listed_while_it_is_written()
    {
        ICheckpointStore store = Open();
        IReadOnlyList<string>? during = null;

        _ = store.Write(A, stream =>
        {
            stream.Write(new byte[1 << 20]);
            during = store.List();
        });

        Assert.Empty(during!);
        Assert.Equal([A], store.List());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_write_that_fails_leaves_what_was_there(bool wasThere)
    {
        ICheckpointStore store = Open();
        if (wasThere)
        {
            Write(store, A, 1);
        }

        Assert.Throws<CheckpointException>(() => store.Write(A, stream =>
        {
            stream.Write(new byte[1000]);
            throw new IOException("No space left on device");
        }));

        Assert.Equal(wasThere ? [A] : [], Open().List());
        Assert.Equal(wasThere ? [1] : [], wasThere ? Read(store, A) : []);
        Write(store, A, 7);
        Assert.Equal([7], Read(store, A));
    }

    [Fact]
    public void A_file_that_is_not_there_cannot_be_opened_and_removing_it_changes_nothing()
    {
        ICheckpointStore store = Open();
        Write(store, A, 1);

        store.Remove(B);

        Assert.Throws<CheckpointException>(() => store.Open(B));
        Assert.Equal([A], store.List());
    }

    [Fact]
    public void Removed_files_are_gone_and_cleared_ones_too()
    {
        ICheckpointStore store = Open();
        Write(store, A, 1);
        Write(store, B, 2);
        Write(store, Rows, 3);

        store.Remove(A);
        Assert.Equal([Rows, B], store.List());
        Assert.Throws<CheckpointException>(() => store.Open(A));

        store.Clear();
        Assert.Empty(Open().List());
        Write(store, A, 4);
        Assert.Equal([4], Read(Open(), A));
    }

    [Fact]
    public void Another_file_may_be_written_while_one_is_written()
    {
        ICheckpointStore store = Open();

        _ = store.Write(A, stream =>
        {
            stream.Write([1]);
            Write(store, Rows, 2);
            stream.Write([3]);
        });

        Assert.Equal([1, 3], Read(store, A));
        Assert.Equal([2], Read(store, Rows));
    }

    private static void Write(ICheckpointStore store, string name, params byte[] content) => _ = store.Write(name, stream => stream.Write(content));

    private static byte[] Read(ICheckpointStore store, string name)
    {
        using Stream stream = store.Open(name);
        return Bytes(stream);
    }

    private static byte[] Bytes(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
