using System.Buffers.Binary;
using System.IO.Hashing;

namespace Freshet.Core.Checkpoints;

/// <summary>Writes numbers and bytes through a large buffer and sums them as they go. Not thread-safe.</summary>
/// <param name="destination">Not disposed of here.</param>
public sealed class CheckpointWriter(Stream destination)
{
    private const int BufferSize = 1 << 20;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly XxHash3 _sum = new();
    private int _used;

    /// <summary>Writes four bytes, little-endian.</summary>
    public void Write(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Write(bytes);
    }

    /// <summary>Writes eight bytes, little-endian.</summary>
    public void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > BufferSize - _used)
        {
            int part = BufferSize - _used;
            bytes[..part].CopyTo(_buffer.AsSpan(_used));
            bytes = bytes[part..];
            _used = BufferSize;
            Flush();
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Writes a length and then the bytes.</summary>
    public void WriteBlob(ReadOnlySpan<byte> bytes)
    {
        Write(bytes.Length);
        Write(bytes);
    }

    /// <summary>Writes what is buffered, and the checksum of everything.</summary>
    public void End()
    {
        Flush();
        Span<byte> sum = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(sum, _sum.GetCurrentHashAsUInt64());
        destination.Write(sum);
    }

    private void Flush()
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _used);
        _sum.Append(bytes);
        destination.Write(bytes);
        _used = 0;
    }
}
