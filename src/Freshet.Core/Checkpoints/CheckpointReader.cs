using System.Buffers.Binary;
using System.IO.Hashing;

namespace Freshet.Core.Checkpoints;

/// <summary>
/// Reads what <see cref="CheckpointWriter"/> wrote. What it delivers is not known to be right before <see cref="End"/>; until then no number is
/// trusted with more memory than the file has bytes. Not thread-safe.
/// </summary>
public sealed class CheckpointReader : IDisposable
{
    private const int BufferSize = 1 << 20;
    private readonly Stream _source;
    private readonly string _path;
    private readonly XxHash3 _sum = new();
    private byte[] _buffer = new byte[BufferSize];
    private byte[] _other = new byte[BufferSize];
    private Task<int> _ahead;
    private long _unread;
    private int _start;
    private int _end;

    /// <summary>Begins to read; a thread reads and sums one buffer ahead.</summary>
    /// <param name="source">Not disposed of here; not before this reader.</param>
    /// <param name="path">For messages.</param>
    public CheckpointReader(Stream source, string path)
    {
        _source = source;
        _path = path;
        _unread = Math.Max(0, source.Length - sizeof(ulong));
        _ahead = Task.Run(Fill);
    }

    /// <summary>Bytes that are left.</summary>
    public long Rest => _end - _start + _unread;

    /// <summary>Four bytes, little-endian.</summary>
    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        Read(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    /// <summary>Eight bytes, little-endian.</summary>
    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Read(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="CheckpointException">The file ends before.</exception>
    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, _ahead.GetAwaiter().GetResult());
                (_buffer, _other) = (_other, _buffer);
                _unread -= _end;
                _ahead = Task.Run(Fill);
                Expect(_end > 0, "more bytes");
            }

            int part = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(destination);
            destination = destination[part..];
            _start += part;
        }
    }

    /// <summary>Reads over what is left, so that <see cref="End"/> may judge all of it.</summary>
    public void Skip()
    {
        Span<byte> passed = stackalloc byte[1024];
        while (Rest > 0)
        {
            Read(passed[..(int)Math.Min(passed.Length, Rest)]);
        }
    }

    /// <summary>Reads a length and then as many bytes.</summary>
    public byte[] ReadBlob()
    {
        int length = ReadInt32();
        Expect(length >= 0 && length <= Rest, "a length");
        byte[] bytes = new byte[length];
        Read(bytes);
        return bytes;
    }

    /// <summary>Refuses the file unless all was read and its checksum is right.</summary>
    /// <exception cref="CheckpointException">It is not.</exception>
    public void End()
    {
        Expect(Rest == 0, "its end");
        Span<byte> sum = stackalloc byte[sizeof(ulong)];
        _ahead.GetAwaiter().GetResult();
        int read = _source.ReadAtLeast(sum, sum.Length, throwOnEndOfStream: false);
        Expect(
            read == sum.Length && BinaryPrimitives.ReadUInt64LittleEndian(sum) == _sum.GetCurrentHashAsUInt64(),
            "the checksum of its bytes");
    }

    /// <summary>Waits for the thread that reads ahead.</summary>
    public void Dispose() => ((Task)_ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();

    /// <summary>Refuses the file where what was read is not what was written.</summary>
    /// <exception cref="CheckpointException"><paramref name="isRight"/> is false.</exception>
    public void Expect(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new CheckpointException($"Checkpoint '{_path}' does not hold {what} where one is expected.");
        }
    }

    private int Fill()
    {
        int length = (int)Math.Min(BufferSize, _unread);
        int read = _source.ReadAtLeast(_other.AsSpan(0, length), length, throwOnEndOfStream: false);
        _sum.Append(_other.AsSpan(0, read));
        return read;
    }
}
