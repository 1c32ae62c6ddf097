using System.IO.Hashing;

namespace Freshet.Sync;

/// <summary>Hands what is written on to another stream, and knows its length and XxHash128.</summary>
internal sealed class HashingStream : Stream
{
    private readonly XxHash128 _hash = new();
    private Stream _destination = Null;
    private long _length;

    /// <summary>XxHash128 of what was written, hexadecimal.</summary>
    public string Checksum => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException("A hashed stream is written from beginning to end.");
    }

    /// <summary>Lets <paramref name="write"/> write to <paramref name="destination"/>.</summary>
    public void Through(Stream destination, Action<Stream> write)
    {
        _destination = destination;
        write(this);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.Append(buffer);
        _length += buffer.Length;
        _destination.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _destination.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A hashed stream is only written.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A hashed stream is written from beginning to end.");

    public override void SetLength(long value) => throw new NotSupportedException("A hashed stream is written from beginning to end.");
}
