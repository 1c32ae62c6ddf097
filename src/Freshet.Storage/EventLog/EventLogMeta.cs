using System.Buffers.Binary;
using System.IO.Hashing;
using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog;

/// <summary>The file <c>meta</c> of an event-log folder: what can never change about it.</summary>
/// <remarks>
/// 40 bytes, little-endian: "FRSHTLOG" (8), format version (4), partitions (4), page size (8), segment size (8), XxHash3
/// of the 32 bytes before (8). Changing it needs a new format version.
/// </remarks>
internal static class EventLogMeta
{
    public const string FileName = "meta";
    public const int FormatVersion = 1;
    private const int Size = 40;

    /// <summary>Reads the folder's meta, or writes it where the folder is new; the sizes it gives are those on disk.</summary>
    /// <exception cref="EventLogException">It is damaged, of another version, or says another partition count.</exception>
    public static EventLogOptions OpenOrCreate(string folder, EventLogOptions options)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return Create(folder, path, options);
        }

        EventLogOptions onDisk = Read(folder);
        return onDisk.PartitionCount == options.PartitionCount
            ? options with { PageSize = onDisk.PageSize, SegmentSize = onDisk.SegmentSize }
            : throw new EventLogException(
                $"Event log '{folder}' has {onDisk.PartitionCount} partitions; it was opened with {options.PartitionCount}. Nothing was changed. " +
                $"Open it with {onDisk.PartitionCount}, or copy its events into a new folder: the partition of a user follows from the count.");
    }

    /// <summary>The partitions and sizes of the log in <paramref name="folder"/>; memory is the default.</summary>
    /// <exception cref="EventLogException">There is no log, or its meta is damaged or of another version.</exception>
    public static EventLogOptions Read(string folder)
    {
        byte[] bytes = ReadFile(folder);
        if (bytes.Length != Size || !bytes.AsSpan(0, 8).SequenceEqual("FRSHTLOG"u8) || Checksum(bytes) != BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(32)))
        {
            throw new EventLogException(
                $"Event log '{folder}' cannot be opened: its file '{FileName}' is damaged ({bytes.Length} bytes, {Size} expected, with a " +
                "checksum). Nothing was changed. Restore that file from a copy, or choose another folder.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (version != FormatVersion)
        {
            throw new EventLogException(
                $"Event log '{folder}' has format version {version}; this program reads version {FormatVersion}. Nothing was changed. " +
                "Use the program that wrote it, or choose another folder.");
        }

        return new EventLogOptions
        {
            PartitionCount = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)),
            PageSize = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)),
            SegmentSize = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)),
        };
    }

    private static byte[] ReadFile(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, FileName));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EventLogException(
                $"Event log '{folder}' cannot be opened: it has no file '{FileName}', so it is not the folder of an event log. Nothing was changed. " +
                "Name the folder that holds that file.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EventLogException(
                $"Event log '{folder}' cannot be opened: {error.Message} Nothing was changed. Check the folder and its rights.", error);
        }
    }

    private static EventLogOptions Create(string folder, string path, EventLogOptions options)
    {
        if (Directory.EnumerateDirectories(folder, "partition-*").Any())
        {
            throw new EventLogException(
                $"Event log '{folder}' cannot be opened: it has partitions but no file '{FileName}'. Nothing was changed. " +
                "Restore that file from a copy, or choose another folder.");
        }

        byte[] bytes = new byte[Size];
        "FRSHTLOG"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), options.PartitionCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), options.PageSize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), options.SegmentSize);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), Checksum(bytes));
        string partial = path + ".partial";
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
        return options;
    }

    private static ulong Checksum(byte[] bytes) => XxHash3.HashToUInt64(bytes.AsSpan(0, 32));
}
