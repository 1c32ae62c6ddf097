using Freshet.Core.Ports;
using Freshet.Core.Versions;

namespace Freshet.Tests.Contracts;

/// <summary>What every model store promises; an adapter derives from it and says how to open one.</summary>
public abstract class ModelStoreContract
{
    private const int Large = 3 << 20;

    /// <summary>Opens the store of this test, empty at first and the same one after that.</summary>
    protected abstract IModelStore Open();

    [Fact]
    public void An_empty_store_has_no_versions() => Assert.Empty(Open().List());

    [Fact]
    public void A_version_reads_back_as_it_was_written_also_after_opening_again()
    {
        byte[] body = Body(Large, seed: 1), manifest = "{\"a\":1}"u8.ToArray();
        Write(Open(), Version(1), body, manifest);

        IModelStore again = Open();

        Assert.Equal([Version(1)], again.List());
        Assert.Equal(manifest, again.ReadManifest(Version(1)));
        Assert.Equal(body, Read(again, Version(1)));
    }

    [Fact]
    public void Versions_are_listed_ascending_in_whatever_order_they_were_written()
    {
        IModelStore store = Open();
        foreach (int number in new[] { 12, 3, 100, 7 })
        {
            Write(store, Version(number), [1], []);
        }

        Assert.Equal([Version(3), Version(7), Version(12), Version(100)], store.List());
    }

    [Fact]
    public void The_manifest_is_asked_for_when_the_body_is_written()
    {
        bool written = false, before = true;

        Open().Write(
            Version(1),
            body =>
            {
                body.Write([1, 2, 3]);
                written = true;
            },
            () =>
            {
                before = !written;
                return [];
            });

        Assert.False(before);
    }

    [Fact]
    public void A_version_is_not_listed_while_it_is_written()
    {
        IModelStore store = Open();
        IReadOnlyList<ModelVersion>? during = null, atTheEnd = null;

        store.Write(
            Version(1),
            body =>
            {
                body.Write(Body(Large, seed: 2));
                during = store.List();
            },
            () =>
            {
                atTheEnd = store.List();
                return [];
            });

        Assert.Empty(during!);
        Assert.Empty(atTheEnd!);
        Assert.Single(store.List());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_version_whose_writer_fails_is_not_there_and_can_be_written_after_that(bool inManifest)
    {
        IModelStore store = Open();
        Write(store, Version(1), [1], []);

        Assert.Throws<ModelStoreException>(() => store.Write(
            Version(2),
            body =>
            {
                body.Write(new byte[1000]);
                ThrowIf(!inManifest);
            },
            () =>
            {
                ThrowIf(inManifest);
                return [];
            }));

        Assert.Equal([Version(1)], store.List());
        Assert.Throws<ModelStoreException>(() => store.OpenBody(Version(2)));
        Write(store, Version(2), [7, 8], []);
        Assert.Equal([7, 8], Read(store, Version(2)));
        Assert.Equal([Version(1), Version(2)], Open().List());
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        IModelStore store = Open();
        Write(store, Version(1), [1], []);

        Assert.Throws<ModelStoreException>(() => store.ReadManifest(Version(2)));
        Assert.Throws<ModelStoreException>(() => store.OpenBody(Version(2)));
    }

    [Fact]
    public void A_removed_version_is_gone_and_removing_it_again_changes_nothing()
    {
        IModelStore store = Open();
        Write(store, Version(1), [1], []);
        Write(store, Version(2), [2], []);

        store.Remove(Version(1));
        store.Remove(Version(1));

        Assert.Equal([Version(2)], store.List());
        Assert.Throws<ModelStoreException>(() => store.OpenBody(Version(1)));
        Assert.Equal([2], Read(Open(), Version(2)));
    }

    [Fact]
    public void Bodies_are_read_by_many_at_once()
    {
        IModelStore store = Open();
        byte[] body = Body(200_000, seed: 3);
        Write(store, Version(1), body, []);

        Parallel.For(0, 8, _ => Assert.Equal(body, Read(store, Version(1))));
    }

    protected static ModelVersion Version(int number) => new(1_772_380_800_000 + (60_000L * number), number);

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new IOException("No space left on device");
        }
    }

    private static byte[] Body(int size, int seed)
    {
        byte[] body = new byte[size];
        new Random(seed).NextBytes(body);
        return body;
    }

    private static void Write(IModelStore store, ModelVersion version, byte[] body, byte[] manifest) =>
        store.Write(version, stream => stream.Write(body), () => manifest);

    private static byte[] Read(IModelStore store, ModelVersion version)
    {
        using Stream stream = store.OpenBody(version);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
