using System.Runtime.InteropServices;

namespace Freshet.Native.Memory;

/// <summary>Asks Linux for pages of 2 MiB where rows are read at random: one translation then covers 512 times as much.</summary>
internal static unsafe partial class HugePages
{
    private const int Advice = 14; // MADV_HUGEPAGE of Linux, on every architecture

    /// <summary>Size and alignment of such a page.</summary>
    public const int Size = 2 << 20;

    /// <summary>A wish, not a demand: where it is not granted, and on other systems, nothing changes but speed.</summary>
    public static void Ask(void* start, nuint length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, length, Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);
}
