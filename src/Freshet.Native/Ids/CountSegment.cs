using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Freshet.Native.Memory;

namespace Freshet.Native.Ids;

/// <summary>A share of the ids of <see cref="IdCounts"/>: hashes that agree in their leading bits, ascending, and their counts.</summary>
/// <remarks>
/// <code>
/// bytes  0 .. 7              owners and size (SharedBlock)
/// bytes  8 .. 15             ids, u16; places, u16; leading bits, i32
/// bytes 16 .. 16 + 8·places  hashes, u64, ascending
/// then  4·places             counts, u32
/// </code>
/// In memory only.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CountSegment
{
    /// <summary>Ids at which it is split; a multiple of <see cref="Step"/>.</summary>
    public const int MostIds = 256;

    /// <summary>It grows and shrinks by so many places.</summary>
    public const int Step = 8;

    private SharedBlock _block;
    private ushort _count;
    private ushort _places;
    private int _bits;

    /// <summary>Ids it holds.</summary>
    public readonly int Count => _count;

    /// <summary>Leading bits in which its hashes agree.</summary>
    public readonly int Bits => _bits;

    /// <summary>Whether another holds it too: it must not be written.</summary>
    public bool IsShared => _block.IsShared;

    /// <summary>Whether an id more needs a larger segment.</summary>
    public readonly bool IsFull => _count == _places;

    /// <summary>Whether it has so much room that a smaller one should take its place.</summary>
    public readonly bool IsRoomy => _places - _count >= 2 * Step;

    /// <summary>An empty segment with one owner.</summary>
    public static CountSegment* Allocate(int bits, int ids)
    {
        int places = Math.Max(Step, (ids + Step - 1) / Step * Step);
        var segment = (CountSegment*)SharedBlock.Allocate(sizeof(CountSegment) + (places * (sizeof(ulong) + sizeof(uint))));
        (segment->_count, segment->_places, segment->_bits) = (0, (ushort)places, bits);
        return segment;
    }

    /// <summary>A copy with room for <paramref name="ids"/> ids.</summary>
    public static CountSegment* Copy(CountSegment* source, int ids)
    {
        CountSegment* copy = Allocate(source->_bits, ids);
        Append(copy, source, 0, source->_count);
        return copy;
    }

    /// <summary>The ids of a segment, which has some, whose next bit is 0, or those whose next bit is 1.</summary>
    public static CountSegment* Half(CountSegment* source, bool isUpper)
    {
        // SAFETY: it has ids; all agree in the bits before this one.
        ulong bit = 1ul << (63 - source->_bits);
        int middle = PlaceOf(source, (Hashes(source)[0] & (0 - bit)) | bit);
        (int first, int end) = isUpper ? (middle, source->_count) : (0, middle);
        CountSegment* half = Allocate(source->_bits + 1, Math.Min(MostIds, end - first + 1));
        Append(half, source, first, end);
        return half;
    }

    /// <summary>The first place whose hash is not below <paramref name="hash"/>; <see cref="Count"/> if there is none.</summary>
    /// <remarks>Hashes are spread evenly, so it is near the place that its bits say: within some places in 256.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PlaceOf(CountSegment* segment, ulong hash)
    {
        // SAFETY: place is in [0, count] throughout.
        ulong* hashes = Hashes(segment);
        int count = segment->_count, place = (int)Math.BigMul(hash << segment->_bits, (ulong)count, out _);
        while (place > 0 && hashes[place - 1] >= hash)
        {
            place--;
        }

        while (place < count && hashes[place] < hash)
        {
            place++;
        }

        return place;
    }

    /// <summary>Whether <paramref name="hash"/> is at the place that <see cref="PlaceOf"/> gave.</summary>
    public static bool Has(CountSegment* segment, int place, ulong hash) => place < segment->_count && Hashes(segment)[place] == hash;

    /// <summary>The hash at a place below <see cref="Count"/>.</summary>
    public static ulong HashAt(CountSegment* segment, int place) => Hashes(segment)[place];

    /// <summary>The count at a place below <see cref="Count"/>.</summary>
    public static ref uint CountAt(CountSegment* segment, int place) => ref Counts(segment)[place];

    /// <summary>Puts a hash with count 0 at the place that <see cref="PlaceOf"/> gave. It is not full.</summary>
    public static void Insert(CountSegment* segment, int place, ulong hash)
    {
        Move(segment, place, place + 1);
        segment->_count++;
        (Hashes(segment)[place], Counts(segment)[place]) = (hash, 0);
    }

    /// <summary>Takes the hash at a place out.</summary>
    public static void RemoveAt(CountSegment* segment, int place)
    {
        Move(segment, place + 1, place);
        segment->_count--;
    }

    private static ulong* Hashes(CountSegment* segment) => (ulong*)(segment + 1);

    private static uint* Counts(CountSegment* segment) => (uint*)(Hashes(segment) + segment->_places);

    // SAFETY: [from, count) and as many from to on are places of the segment. Buffer.MemoryCopy allows the two to overlap.
    private static void Move(CountSegment* segment, int from, int to)
    {
        long left = segment->_count - from;
        Buffer.MemoryCopy(Hashes(segment) + from, Hashes(segment) + to, left * sizeof(ulong), left * sizeof(ulong));
        Buffer.MemoryCopy(Counts(segment) + from, Counts(segment) + to, left * sizeof(uint), left * sizeof(uint));
    }

    // SAFETY: the empty target has end − first places, and [first, end) are ids of the source.
    private static void Append(CountSegment* target, CountSegment* source, int first, int end)
    {
        target->_count = (ushort)(end - first);
        NativeMemory.Copy(Hashes(source) + first, Hashes(target), (nuint)(end - first) * sizeof(ulong));
        NativeMemory.Copy(Counts(source) + first, Counts(target), (nuint)(end - first) * sizeof(uint));
    }
}
