using Freshet.Core.Files;

namespace Freshet.Tests.Core.Files;

/// <summary>A file is there whole or not at all, and nothing unfinished is left.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-atomic-").FullName;

    private string Target => Path.Combine(_folder, "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_whole_file_replaces_the_one_before()
    {
        AtomicFile.Write(Target, [1, 2, 3]);
        AtomicFile.Write(Target, [4]);

        Assert.Equal([4], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Until_it_is_complete_the_one_before_is_there()
    {
        AtomicFile.Write(Target, [1]);
        using var file = new AtomicFile(Target, bufferSize: 64);
        file.Stream.Write([2, 3]);

        Assert.Equal([1], File.ReadAllBytes(Target));

        file.Complete();

        Assert.Equal([2, 3], File.ReadAllBytes(Target));
    }

    [Fact]
    public void Without_complete_nothing_remains()
    {
        using (var file = new AtomicFile(Target))
        {
            file.Stream.Write([1]);
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_equal_file_keeps_its_time()
    {
        AtomicFile.Write(Target, [1, 2]);
        DateTime before = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Target, before);

        Write([1, 2]);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Target));

        Write([1, 3]);
        Assert.NotEqual(before, File.GetLastWriteTimeUtc(Target));
        Assert.Equal([1, 3], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));

        void Write(byte[] content)
        {
            using var file = new AtomicFile(Target);
            file.Stream.Write(content);
            file.Complete(keepsEqual: true);
        }
    }

    [Fact]
    public void A_name_that_is_taken_by_a_folder_leaves_nothing_unfinished()
    {
        _ = Directory.CreateDirectory(Target);

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Target, [1]));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 16)]
    public void A_full_disk_is_an_error_and_leaves_nothing(int bufferSize)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The full disk is /dev/full.");
        _ = File.CreateSymbolicLink(Target + AtomicFile.Suffix, "/dev/full");

        Assert.Throws<IOException>(() =>
        {
            using var file = new AtomicFile(Target, bufferSize);
            file.Stream.Write(new byte[4096]);
            file.Complete();
        });

        Assert.Empty(Directory.GetFiles(_folder));
    }
}
