using System.Diagnostics;

namespace Freshet.Tests.Storage;

/// <summary>A file system of a given size in memory; needs Linux and root, otherwise the test is skipped with that reason.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly bool _mounted;

    public SmallDisk(int size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small disk is mounted as tmpfs, which only Linux has.");
        _mounted = Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", _folder.Path);
        if (!_mounted)
        {
            _folder.Dispose();
            Assert.Skip("tmpfs may not be mounted here (needs root).");
        }
    }

    public string Path => _folder.Path;

    public void Resize(int size) => Assert.True(Run("mount", "-o", $"remount,size={size}", _folder.Path));

    public void Dispose()
    {
        if (_mounted)
        {
            _ = Run("umount", "-l", _folder.Path);
            _folder.Dispose();
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
