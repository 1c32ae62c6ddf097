using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;
using Freshet.Storage.Checkpoints;
using Freshet.Tests.Contracts;

namespace Freshet.Tests.Storage;

/// <summary>Checkpoints on a local disk.</summary>
public sealed class CheckpointFolderTests : CheckpointStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override ICheckpointStore Open() => new CheckpointFolder(_folder.File("checkpoints"));

    [Fact]
    public void A_full_disk_is_said_gives_its_space_back_and_leaves_the_files_before()
    {
        using var disk = new SmallDisk(256 << 10);
        var store = new CheckpointFolder(Path.Combine(disk.Path, "checkpoints"));
        _ = store.Write("one", stream => stream.Write(new byte[100_000]));

        var error = Assert.Throws<CheckpointException>(() => store.Write("two", stream => stream.Write(new byte[400_000])));

        Assert.Equal($"Checkpoint '{disk.Path}/checkpoints/two' cannot be written: No space left on device : '{disk.Path}/checkpoints/two.unfinished'", error.Message);
        Assert.Equal(["one"], store.List());
        _ = store.Write("three", stream => stream.Write(new byte[100_000])); // what the second had taken is free
        Assert.Equal(["one", "three"], store.List());
    }

    [Fact]
    public void What_a_kill_left_unfinished_is_not_a_file()
    {
        ICheckpointStore store = Open();
        _ = store.Write("one", stream => stream.Write([1]));
        File.WriteAllText(_folder.File("checkpoints/two.unfinished"), "half");

        Assert.Equal(["one"], store.List());
    }

    [Fact]
    public void A_kill_while_all_are_removed_leaves_none()
    {
        ICheckpointStore store = Open();
        _ = store.Write("one", stream => stream.Write([1]));
        Directory.Move(_folder.File("checkpoints"), _folder.File("checkpoints.gone")); // as far as a killed Clear came

        Assert.Empty(store.List());
        Assert.False(Directory.Exists(_folder.File("checkpoints.gone")));
    }
}
