using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Freshet.Native.Memory;

namespace Freshet.Native.Ids;

/// <summary>Which segment of <see cref="IdIndex"/> holds the ids with given leading bits of their hash.</summary>
/// <remarks>
/// The shape never changes; entries do, each by one write of one word: a segment that was split is replaced by its two halves. The writer
/// publishes a whole new directory, twice as long, when a segment is to be split whose leading bits it no longer tells apart.
/// </remarks>
internal sealed unsafe class IdDirectory
{
    // IdLine*[]. Written by the writer, read by all. The arrays are never longer than 2^depth.
    private readonly nint[] _segments;
    private readonly int[] _numbers; // the writer's own: the numbers of those segments
    private readonly int _shift;

    /// <summary>A directory of 2^<paramref name="depth"/> entries, to be filled.</summary>
    /// <param name="depth">Leading bits that it tells apart.</param>
    /// <param name="lines">Lines of a segment, a power of two.</param>
    /// <param name="memory">Where the segments lie; kept alive by the directory.</param>
    public IdDirectory(int depth, int lines, RowBlocks memory)
    {
        _segments = new nint[1 << depth];
        _numbers = new int[1 << depth];
        _shift = 63 - depth;
        LastLine = (uint)lines - 1;
        Memory = memory;
    }

    public int Depth => 63 - _shift;

    /// <summary>Lines of a segment − 1: also the mask that keeps a line number inside.</summary>
    public ulong LastLine { get; }

    public RowBlocks Memory { get; }

    public long Bytes => _segments.LongLength * (sizeof(nint) + sizeof(int));

    /// <summary>
    /// Two rounds of multiply and fold: each bit of an id moves the leading bits, which choose the segment, and the last, which
    /// choose the line.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong id)
    {
        id *= 0x9E3779B97F4A7C15;
        return (id ^ (id >> 32)) * 0xD6E8FEB86659FD93;
    }

    /// <summary>The id that has a hash: <see cref="Hash"/> is one to one.</summary>
    public static ulong IdOf(ulong hash)
    {
        // The inverses of the two factors modulo 2^64; the fold undoes itself.
        hash *= 0xCFEE444D8B59A89B;
        return (hash ^ (hash >> 32)) * 0xF1DE83E19937733D;
    }

    /// <summary>The lines of the segment of <paramref name="hash"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IdLine* Segment(ulong hash)
    {
        // SAFETY: there are 2^depth entries, and the index is the leading depth bits of the hash (>> 1 first, so that depth 0 works).
        return (IdLine*)Volatile.Read(
            ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_segments), (nint)(hash >> 1 >> _shift)));
    }

    /// <summary>The line where the search for an id begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IdLine* Home(ulong hash) => Segment(hash) + (hash & LastLine);

    /// <summary>Number of the segment of <paramref name="hash"/>.</summary>
    public int NumberOf(ulong hash) => _numbers[Entry(hash)];

    /// <summary>
    /// Makes <paramref name="segment"/> that of every hash whose first <paramref name="bits"/> bits are those of
    /// <paramref name="hash"/>.
    /// </summary>
    /// <remarks>Everything in the segment was written before: that is what the release order of the write says to readers.</remarks>
    public void Publish(ulong hash, int bits, int segment)
    {
        int first = (int)(hash >> 1 >> (63 - bits)) << (Depth - bits);
        nint address = (nint)Memory.Address(segment);
        for (int entry = first; entry < first + (1 << (Depth - bits)); entry++)
        {
            _numbers[entry] = segment;
            Volatile.Write(ref _segments[entry], address);
        }
    }

    /// <summary>Gives the numbers of the segments that <see cref="Publish"/> would replace, each once.</summary>
    public void AddReplaced(ulong hash, int bits, List<int> replaced)
    {
        int first = (int)(hash >> 1 >> (63 - bits)) << (Depth - bits), last = -1;
        for (int entry = first; entry < first + (1 << (Depth - bits)); entry++)
        {
            if (_numbers[entry] != last)
            {
                last = _numbers[entry];
                replaced.Add(last);
            }
        }
    }

    /// <summary>The same, telling one more bit apart.</summary>
    public IdDirectory Doubled()
    {
        var doubled = new IdDirectory(Depth + 1, (int)LastLine + 1, Memory);
        for (int entry = 0; entry < doubled._segments.Length; entry++)
        {
            doubled._segments[entry] = _segments[entry >> 1];
            doubled._numbers[entry] = _numbers[entry >> 1];
        }

        return doubled;
    }

    /// <summary>The segments of <paramref name="source"/>, by number, where this memory has them. For a writer without readers.</summary>
    public void CopyFrom(IdDirectory source)
    {
        source._numbers.CopyTo(_numbers, 0);
        for (int entry = 0; entry < _numbers.Length; entry++)
        {
            _segments[entry] = (nint)Memory.Address(_numbers[entry]);
        }
    }

    private int Entry(ulong hash) => (int)(hash >> 1 >> _shift);
}
