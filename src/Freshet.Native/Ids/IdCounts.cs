using System.Numerics;
using System.Runtime.CompilerServices;
using Freshet.Native.Memory;

namespace Freshet.Native.Ids;

/// <summary>A count for each of many 64-bit ids, exact, in 12 to 14 bytes an id from a hundred ids on; copies share what neither changed since.</summary>
/// <remarks>
/// <para>
/// <b>Extendible hashing</b>, as in <see cref="IdIndex"/>: the leading bits of an id's hash choose a segment by way of a directory. A segment (<see cref="CountSegment"/>)
/// holds up to 256 hashes in ascending order without gaps. The hash is one to one, so it stands for the id. A hash is near the place that its bits say, and inserting one moves those behind it: that, and
/// splitting the segment in two, is all an insertion ever waits for, whatever the number of ids.
/// </para>
/// <para>
/// <b>Copy on write.</b> <see cref="CopyFrom"/> copies the directory; a segment that has several owners is copied by the first of them that changes it.
/// </para>
/// <para>
/// One thread writes, and none reads meanwhile. Copies may be on other threads. Native memory: dispose of it, or leave that to its finalizer.
/// </para>
/// </remarks>
public sealed unsafe class IdCounts : IDisposable
{
    /// <summary>Bits that a directory may have beyond those that its segments would need if all were equally full.</summary>
    private const int MostExtraBits = 8;

    // CountSegment*[], 2^depth; one after the other where several entries lead to one segment.
    private nint[] _directory = [(nint)CountSegment.Allocate(0, 0)];
    private int _shift = 63;

    /// <summary>Frees the memory of counts that nobody disposed of.</summary>
    ~IdCounts() => Free();

    /// <summary>Ids that have a count.</summary>
    public int Count { get; private set; }

    /// <summary>Memory it holds; of a segment that has several owners its share. All owners together hold what they say.</summary>
    public long Bytes
    {
        get
        {
            long bytes = SharedBlocks.Bytes(_directory);
            GC.KeepAlive(this);
            return bytes;
        }
    }

    private int Depth => 63 - _shift;

    /// <summary>The count of <paramref name="id"/>; 0 if it has none.</summary>
    public uint Of(ulong id)
    {
        ulong hash = IdDirectory.Hash(id);
        CountSegment* segment = At(Entry(hash));
        int place = CountSegment.PlaceOf(segment, hash);
        uint count = CountSegment.Has(segment, place, hash) ? CountSegment.CountAt(segment, place) : 0;
        GC.KeepAlive(this);
        return count;
    }

    /// <summary>Adds 1 to the count of <paramref name="id"/>; it stops at the largest number.</summary>
    /// <returns>The count, this one included.</returns>
    /// <exception cref="InvalidOperationException">Too many ids have hashes that agree. Nothing has changed.</exception>
    public uint Add(ulong id)
    {
        ref uint count = ref CountOf(id);
        count += count < uint.MaxValue ? 1u : 0;
        uint now = count;
        GC.KeepAlive(this);
        return now;
    }

    /// <summary>Sets the count of <paramref name="id"/>.</summary>
    /// <exception cref="InvalidOperationException">Too many ids have hashes that agree. Nothing has changed.</exception>
    public void Set(ulong id, uint count)
    {
        CountOf(id) = count;
        GC.KeepAlive(this);
    }

    /// <summary>Forgets <paramref name="id"/>, and gives its place back.</summary>
    /// <returns>The count it had; 0 if it had none.</returns>
    public uint Remove(ulong id)
    {
        ulong hash = IdDirectory.Hash(id);
        CountSegment* segment = At(Entry(hash));
        int place = CountSegment.PlaceOf(segment, hash);
        if (!CountSegment.Has(segment, place, hash))
        {
            GC.KeepAlive(this);
            return 0;
        }

        uint count = CountSegment.CountAt(segment, place);
        segment = Own(hash);
        CountSegment.RemoveAt(segment, place);
        Count--;
        if (segment->IsRoomy)
        {
            _ = Replace(hash, CountSegment.Copy(segment, segment->Count));
        }

        GC.KeepAlive(this);
        return count;
    }

    /// <summary>Writes ids and counts; the order is that of the ids' hashes.</summary>
    /// <param name="ids">[<see cref="Count"/>].</param>
    /// <param name="counts">[<see cref="Count"/>].</param>
    /// <exception cref="ArgumentException">The spans have another length.</exception>
    public void CopyTo(Span<ulong> ids, Span<uint> counts)
    {
        Requires.SameLength(Count, ids.Length);
        Requires.SameLength(Count, counts.Length);
        int at = 0;
        for (int entry = 0; entry < _directory.Length; entry = SharedBlocks.Next(_directory, entry))
        {
            CountSegment* segment = At(entry);
            for (int place = 0; place < segment->Count; place++)
            {
                (ids[at], counts[at]) = (IdDirectory.IdOf(CountSegment.HashAt(segment, place)), CountSegment.CountAt(segment, place));
                at++;
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>Forgets all counts.</summary>
    public void Clear()
    {
        SharedBlocks.Release(_directory);
        (_directory, _shift, Count) = ([(nint)CountSegment.Allocate(0, 0)], 63, 0);
        GC.KeepAlive(this);
    }

    /// <summary>Becomes equal to <paramref name="other"/>, which nobody writes meanwhile: it costs a copy of the directory.</summary>
    public void CopyFrom(IdCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _directory = SharedBlocks.Copy(other._directory, _directory);
        (_shift, Count) = (other._shift, other.Count);
        GC.KeepAlive(other);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private CountSegment* At(int entry) => (CountSegment*)_directory[entry];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Entry(ulong hash) => (int)(hash >> 1 >> _shift);

    // The count of an id, 0 where it had none, to be written. Its segment has no other owner.
    private ref uint CountOf(ulong id)
    {
        ulong hash = IdDirectory.Hash(id);
        CountSegment* segment = Own(hash);
        int place = CountSegment.PlaceOf(segment, hash);
        if (!CountSegment.Has(segment, place, hash))
        {
            if (segment->IsFull)
            {
                segment = MakeRoom(hash, segment);
                place = CountSegment.PlaceOf(segment, hash);
            }

            CountSegment.Insert(segment, place, hash);
            Count++;
        }

        return ref CountSegment.CountAt(segment, place);
    }

    private CountSegment* Own(ulong hash)
    {
        CountSegment* segment = At(Entry(hash));
        return segment->IsShared ? Replace(hash, CountSegment.Copy(segment, segment->Count)) : segment;
    }

    private CountSegment* MakeRoom(ulong hash, CountSegment* segment)
    {
        while (segment->Count >= CountSegment.MostIds)
        {
            Split(hash, segment);
            segment = At(Entry(hash));
        }

        return segment->IsFull ? Replace(hash, CountSegment.Copy(segment, segment->Count + 1)) : segment;
    }

    private void Split(ulong hash, CountSegment* segment)
    {
        int bits = segment->Bits;
        if (bits == Depth)
        {
            RequireSpread(bits);
            Double();
        }

        ulong bit = 1ul << (63 - bits);
        Publish(hash & ~bit, CountSegment.Half(segment, isUpper: false));
        Publish(hash | bit, CountSegment.Half(segment, isUpper: true));
        SharedBlock.Release((SharedBlock*)segment);
    }

    private CountSegment* Replace(ulong hash, CountSegment* replacement)
    {
        CountSegment* replaced = At(Entry(hash));
        Publish(hash, replacement);
        SharedBlock.Release((SharedBlock*)replaced);
        return replacement;
    }

    // Makes it the segment of all hashes that agree with this one in as many bits as its own do.
    private void Publish(ulong hash, CountSegment* segment)
    {
        int bits = segment->Bits, first = (int)(hash >> 1 >> (63 - bits)) << (Depth - bits);
        _directory.AsSpan(first, 1 << (Depth - bits)).Fill((nint)segment);
    }

    private void Double()
    {
        nint[] doubled = new nint[2 * _directory.Length];
        for (int entry = 0; entry < doubled.Length; entry++)
        {
            doubled[entry] = _directory[entry >> 1];
        }

        _directory = doubled;
        _shift--;
    }

    // Ids that are hashes never come near this. Ids made to agree would double the directory until memory ends.
    private void RequireSpread(int bits)
    {
        if (bits > BitOperations.Log2((uint)(Count / CountSegment.MostIds) + 1) + MostExtraBits)
        {
            throw new InvalidOperationException(
                $"More than {CountSegment.MostIds} of {Count} counted ids have hashes that agree in {bits} bits. The counts are as they were. " +
                "Use ids that are hashes of what they stand for.");
        }
    }

    private void Free()
    {
        SharedBlocks.Release(_directory);
        (_directory, Count) = ([], 0);
    }
}
