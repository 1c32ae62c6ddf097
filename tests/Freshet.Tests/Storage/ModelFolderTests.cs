using Freshet.Core.Ports;
using Freshet.Storage.Models;
using Freshet.Tests.Contracts;

namespace Freshet.Tests.Storage;

/// <summary>Models on a local disk.</summary>
public sealed class ModelFolderTests : ModelStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IModelStore Open() => new ModelFolder(_folder.File("models"));

    [Fact]
    public void A_full_disk_is_said_and_the_versions_before_are_there()
    {
        using var disk = new SmallDisk(256 << 10);
        var store = new ModelFolder(disk.Path);
        store.Write(Version(1), body => body.Write(new byte[100_000]), () => [1]);

        var error = Assert.Throws<ModelStoreException>(() => store.Write(Version(2), body => body.Write(new byte[400_000]), () => [2]));

        Assert.StartsWith($"Model folder '{disk.Path}': version {Version(2)} cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "The versions that were there are untouched. Check the disk's space and the folder's rights, then publish again.", error.Message, StringComparison.Ordinal);
        Assert.Equal([Version(1)], store.List());
        disk.Resize(1 << 20);
        store.Write(Version(2), body => body.Write(new byte[400_000]), () => [2]);
        Assert.Equal([Version(1), Version(2)], new ModelFolder(disk.Path).List());
    }

    [Fact]
    public void A_folder_that_is_gone_is_said_with_its_place()
    {
        IModelStore store = Open();
        Directory.Delete(_folder.File("models"));

        Assert.Contains($"'{_folder.File("models")}' cannot be listed", Assert.Throws<ModelStoreException>(() => store.List()).Message, StringComparison.Ordinal);
    }
}
