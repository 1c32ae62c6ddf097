using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog;

/// <summary>Sizes of an event log on a local disk. The first three are fixed when the folder is created.</summary>
public sealed record EventLogOptions
{
    /// <summary>Partitions, 1 to 1,024. Default: 4.</summary>
    public int PartitionCount { get; init; } = 4;

    /// <summary>Bytes of a page, a power of two from 4 KiB to 1 GiB; a payload must fit into one. Default: 4 MiB.</summary>
    public int PageSize { get; init; } = 4 << 20;

    /// <summary>Bytes of a file of the log, a power of two and at least a page; retention removes whole files. Default: 256 MiB.</summary>
    public long SegmentSize { get; init; } = 256 << 20;

    /// <summary>Bytes of memory a partition, a power of two and at least two pages; what was appended last is read from there. Default: 32 MiB.</summary>
    public long MemorySize { get; init; } = 32 << 20;

    /// <summary>All mistakes in one message.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void ThrowIfWrong()
    {
        var wrong = new List<string>();
        if (PartitionCount is < 1 or > IEventLog.MaxPartitionCount)
        {
            wrong.Add($"PartitionCount is {PartitionCount}; use 1 to {IEventLog.MaxPartitionCount}.");
        }

        if (!IsPowerOfTwo(PageSize) || PageSize is < 4096 or > 1 << 30)
        {
            wrong.Add($"PageSize is {PageSize}; use a power of two from 4096 to 1073741824.");
        }

        if (!IsPowerOfTwo(SegmentSize) || SegmentSize < PageSize)
        {
            wrong.Add($"SegmentSize is {SegmentSize}; use a power of two of at least PageSize.");
        }

        if (!IsPowerOfTwo(MemorySize) || MemorySize < 2L * PageSize)
        {
            wrong.Add($"MemorySize is {MemorySize}; use a power of two of at least two pages.");
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException("Event log options: " + string.Join(' ', wrong));
        }
    }

    private static bool IsPowerOfTwo(long value) => value > 0 && (value & (value - 1)) == 0;
}
