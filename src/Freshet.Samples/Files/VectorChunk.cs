using System.IO.Hashing;
using System.Runtime.InteropServices;
using Freshet.Core.Events;
using Freshet.Native;

namespace Freshet.Samples.Files;

/// <summary>What stays in memory of one row of a <see cref="VectorFile"/>.</summary>
/// <remarks>
/// 40 bytes, stored as it lies in memory, so changing it needs a new format version: identity 16 · key of the impression 8 · shown_at 8 ·
/// segment 4 · offset 4.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct VectorRow(IdentityKey Identity, ulong Impression, long ShownAt, int Segment, uint Offset);

/// <summary>Rows of a <see cref="VectorFile"/> that follow each other, with a file beside them.</summary>
internal sealed class VectorChunk
{
    /// <summary>Rows of a chunk.</summary>
    public const int Length = 1 << Bits;

    /// <summary>Row ÷ 2^Bits is the chunk.</summary>
    public const int Bits = 16;

    /// <summary>Bytes of a row in memory and in the file of its chunk.</summary>
    public const int RowSize = 40;

    private readonly XxHash3 _sum = new();
    private readonly ulong[] _written = new ulong[Length / 64];
    private VectorRow[] _rows;

    public VectorChunk(int capacity) => _rows = new VectorRow[capacity];

    /// <summary>Rows added.</summary>
    public int Count { get; private set; }

    /// <summary>Rows whose bytes have been taken for the file.</summary>
    public int Saved { get; private set; }

    /// <summary>Latest shown_at of the rows.</summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>XxHash3 of the bytes that have been taken.</summary>
    public ulong Sum => _sum.GetCurrentHashAsUInt64();

    /// <summary>Bytes in memory.</summary>
    public long Bytes => ((long)_rows.Length * RowSize) + (Length / 8);

    /// <summary>A row by its place in the chunk.</summary>
    public ref readonly VectorRow this[int place] => ref _rows[place];

    public void Add(in VectorRow row)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, Math.Min(Length, Math.Max(256, 2 * _rows.Length)));
        }

        _rows[Count++] = row;
        Newest = Math.Max(Newest, row.ShownAt);
    }

    public bool IsWritten(int place) => (_written[place >> 6] >> (place & 63) & 1) != 0;

    /// <returns>False where it was marked before.</returns>
    public bool MarkWritten(int place)
    {
        bool isNew = !IsWritten(place);
        _written[place >> 6] |= 1UL << (place & 63);
        return isNew;
    }

    /// <summary>The bytes of the rows added since the last call.</summary>
    public ReadOnlySpan<byte> TakeUnsaved()
    {
        ReadOnlySpan<byte> bytes = ByteView.Of<VectorRow>(_rows.AsSpan(Saved, Count - Saved));
        Saved = Count;
        _sum.Append(bytes);
        return bytes;
    }

    /// <summary>Makes room for rows that are read from the file of the chunk.</summary>
    public Span<byte> BeginRestore(int count)
    {
        (_rows, Count, Saved) = (new VectorRow[count], count, count);
        return ByteView.Of(_rows.AsSpan());
    }

    /// <summary>Says that the rows are read.</summary>
    public void EndRestore()
    {
        _sum.Append(ByteView.Of<VectorRow>(_rows.AsSpan(0, Count)));
        foreach (VectorRow row in _rows.AsSpan(0, Count))
        {
            Newest = Math.Max(Newest, row.ShownAt);
        }
    }
}
