using System.Buffers.Binary;

namespace Freshet.Storage.EventLog;

/// <summary>Checks the entries of the last pages of a partition.</summary>
/// <remarks>
/// FasterLog reads these pages into memory when it recovers, and it verifies checksums only of entries that it reads from
/// the disk later. Without this check a changed byte in the newest pages would be delivered.
/// </remarks>
internal sealed class TailCheck(string folder, int pageSize, long segmentSize)
{
    private byte[] _entry = new byte[4096];

    /// <summary>The first entry from <paramref name="offset"/> on that is not as it was written.</summary>
    /// <param name="offset">The start of an entry.</param>
    /// <param name="end">Where the acknowledged entries end.</param>
    /// <returns>Its offset; <see cref="long.MaxValue"/> where all are whole.</returns>
    public long FindDamage(long offset, long end)
    {
        FileStream? segment = null;
        long opened = -1;
        try
        {
            while (offset < end)
            {
                if (offset / segmentSize != opened)
                {
                    opened = offset / segmentSize;
                    segment?.Dispose();
                    segment = new FileStream(
                        Path.Combine(folder, $"{PartitionLog.SegmentPrefix}{opened}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
                }

                long pageEnd = (offset / pageSize * pageSize) + pageSize;
                long? next = Next(segment!, offset, pageEnd);
                if (next is null)
                {
                    return offset;
                }

                offset = next.Value;
            }
        }
        finally
        {
            segment?.Dispose();
        }

        return long.MaxValue;
    }

    /// <summary>The offset after the entry at <paramref name="offset"/>; null where it is not whole.</summary>
    private long? Next(FileStream segment, long offset, long pageEnd)
    {
        Span<byte> header = stackalloc byte[PartitionLog.EntryHeaderSize];
        long room = pageEnd - offset - header.Length;
        segment.Position = offset % segmentSize;
        if (room <= 0 || segment.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return pageEnd;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (length == 0)
        {
            return pageEnd; // the next entry did not fit; PartitionReader checks that
        }

        if (length < 0 || length > room)
        {
            return null;
        }

        if (_entry.Length < length + 4)
        {
            Array.Resize(ref _entry, Math.Max(length + 4, 2 * _entry.Length));
        }

        header[8..].CopyTo(_entry);
        bool isWhole = segment.ReadAtLeast(_entry.AsSpan(4, length), length, throwOnEndOfStream: false) == length
            && Checksum(_entry.AsSpan(0, length + 4)) == BinaryPrimitives.ReadUInt64LittleEndian(header);
        long next = offset + header.Length + ((length + 3) & ~3);
        return isWhole ? next + PartitionLog.EntryHeaderSize > pageEnd ? pageEnd : next : null;
    }

    /// <summary>FasterLog's: XOR of the words, and of the bytes that are left over.</summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong checksum = 0;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        foreach (byte left in bytes)
        {
            checksum ^= left;
        }

        return checksum;
    }
}
