using System.Buffers.Binary;
using System.IO.Hashing;

namespace Freshet.Storage.EventLog;

/// <summary>One acknowledgement of a partition: the addresses between which everything is durable.</summary>
/// <param name="Number">Commit number, from 1.</param>
/// <param name="BeginAddress">First address that is kept.</param>
/// <param name="UntilAddress">Address after the last durable payload.</param>
/// <param name="Metadata">What FasterLog needs to recover to here.</param>
internal sealed record CommitRecord(long Number, long BeginAddress, long UntilAddress, byte[] Metadata)
{
    /// <summary>Bytes of a slot in the commit file.</summary>
    public const int SlotSize = 4096;

    private const int HeaderSize = 36, ChecksumSize = 8;

    /// <summary>
    /// Writes the slot, little-endian: "FRSHTCMT" (8), number (8), begin (8), until (8), length of metadata (4), metadata,
    /// XxHash3 of all before (8). Changing it needs a new format version.
    /// </summary>
    public void Write(Span<byte> slot)
    {
        "FRSHTCMT"u8.CopyTo(slot);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], BeginAddress);
        BinaryPrimitives.WriteInt64LittleEndian(slot[24..], UntilAddress);
        BinaryPrimitives.WriteInt32LittleEndian(slot[32..], Metadata.Length);
        Metadata.CopyTo(slot[HeaderSize..]);
        int length = HeaderSize + Metadata.Length;
        BinaryPrimitives.WriteUInt64LittleEndian(slot[length..], XxHash3.HashToUInt64(slot[..length]));
    }

    /// <summary>Reads a slot; null where it holds no whole record.</summary>
    public static CommitRecord? Read(ReadOnlySpan<byte> slot)
    {
        if (!slot.StartsWith("FRSHTCMT"u8))
        {
            return null;
        }

        int metadata = BinaryPrimitives.ReadInt32LittleEndian(slot[32..]);
        if (metadata < 0 || metadata > slot.Length - HeaderSize - ChecksumSize)
        {
            return null;
        }

        int length = HeaderSize + metadata;
        return BinaryPrimitives.ReadUInt64LittleEndian(slot[length..]) != XxHash3.HashToUInt64(slot[..length])
            ? null
            : new CommitRecord(
                BinaryPrimitives.ReadInt64LittleEndian(slot[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[24..]),
                slot[HeaderSize..length].ToArray());
    }
}
