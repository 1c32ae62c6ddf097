using System.Buffers.Binary;

namespace Freshet.Samples.Joining;

/// <summary>Short texts in large blocks; a block is used again when the last of its texts is released.</summary>
/// <remarks>
/// A reference is block · 2³² + offset; at the offset lie four bytes of length (little endian) and the text. State that
/// lives and dies by day therefore allocates nothing in steady state.
/// </remarks>
internal sealed class TextStore
{
    /// <summary>No text.</summary>
    public const long None = -1;

    private const int BlockSize = 1 << 18;
    private readonly List<byte[]> _blocks = [];
    private readonly List<int> _live = [];
    private readonly Stack<int> _free = new();
    private int _open = -1;
    private int _used;

    public long Add(ReadOnlySpan<byte> text)
    {
        int size = text.Length + sizeof(int);
        if (_open < 0 || _used + size > _blocks[_open].Length)
        {
            Open(size);
        }

        Span<byte> place = _blocks[_open].AsSpan(_used, size);
        BinaryPrimitives.WriteInt32LittleEndian(place, text.Length);
        text.CopyTo(place[sizeof(int)..]);
        long reference = ((long)_open << 32) | (uint)_used;
        _used += size;
        _live[_open]++;
        return reference;
    }

    public ReadOnlySpan<byte> Get(long reference)
    {
        ReadOnlySpan<byte> place = _blocks[(int)(reference >> 32)].AsSpan((int)reference);
        return place.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(place));
    }

    public void Release(long reference)
    {
        if (reference == None)
        {
            return;
        }

        int block = (int)(reference >> 32);
        if (--_live[block] == 0 && block != _open)
        {
            Recycle(block);
        }
    }

    private void Open(int size)
    {
        int full = _open;
        if (size > BlockSize || !_free.TryPop(out _open))
        {
            _open = _blocks.Count;
            _blocks.Add(new byte[Math.Max(size, BlockSize)]);
            _live.Add(0);
        }

        _used = 0;
        if (full >= 0 && _live[full] == 0)
        {
            Recycle(full);
        }
    }

    private void Recycle(int block)
    {
        if (_blocks[block].Length > BlockSize)
        {
            _blocks[block] = new byte[BlockSize];
        }

        _free.Push(block);
    }
}
