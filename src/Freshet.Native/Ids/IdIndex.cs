using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Freshet.Native.Memory;

namespace Freshet.Native.Ids;

/// <summary>
/// From 64-bit ids to the numbers 0, 1, 2 … in order of insertion. Whole ids are compared: no collisions. Nothing is ever removed.
/// </summary>
/// <remarks>
/// <para>
/// <b>Extendible hashing</b> (Fagin, Nievergelt, Pippenger and Strong, TODS 4(3), 1979, https://doi.org/10.1145/320083.320092). The leading bits
/// of an id's hash choose a segment by way of a directory, the last bits a line of the segment (<see cref="IdLine"/>, five ids); an id that finds
/// its line full goes on to the next. A segment that holds its share is split in two by one more bit: that is all an insertion ever
/// waits for, whatever the size of the index. The directory doubles by copying references. The first segment begins small and doubles, so
/// an index of seven ids is small.
/// </para>
/// <para>
/// <b>One writer, any number of readers, no locks.</b> What a reader may see, and why it is right:
/// </para>
/// <list type="number">
/// <item>An entry appears by the write of its number, with release order, after its id and after whatever the caller wrote for it (the row). A
/// reader reads the number with acquire order and then compares the id again, so a number is never taken for another's.</item>
/// <item>A segment appears in the directory, with release order, after all its entries were written. The one that it replaces is
/// complete and not written again while a reader may hold it (<see cref="ReaderGate"/>): a reader that found it there
/// reads what was true when it came.</item>
/// <item>A directory appears, with release order, after all its entries. An old one goes on leading to segments that are right or replaced; the
/// collector takes it.</item>
/// <item>Who inserted an id and told a reader so, by any synchronisation, told it all of the above: the reader finds the id.</item>
/// </list>
/// <para>Numbers are below 2³¹ − 1: an index of more ids is several indexes, each with a share of the ids.</para>
/// </remarks>
public sealed unsafe class IdIndex : IDisposable
{
    private const int SmallestLines = 2;
    private const int LargestLines = 256;

    /// <summary>Share of a segment's places that are taken before it is split, in percent.</summary>
    private const int FullPercent = 85;

    /// <summary>Bits that a directory may have beyond those that its segments would need if all were equally full.</summary>
    private const int MostExtraBits = 8;

    /// <summary>Ids between the one that is compared and the one whose line is asked for. A power of two.</summary>
    private const int Ahead = 32;

    private readonly int _largestLines;
    private readonly RowBlocks _ids = new(sizeof(ulong) / sizeof(float));
    private readonly ReaderGate _gate = new();
    private IdSegments _segments; // the writer's own

    // Written by the writer, read by all.
    private IdDirectory _directory;
    private int _count;

    /// <summary>An empty index.</summary>
    public IdIndex()
        : this(LargestLines)
    {
    }

    /// <summary>An index with segments of <paramref name="largestLines"/> lines, a power of two, at least 2: tests split often.</summary>
    internal IdIndex(int largestLines)
    {
        _largestLines = largestLines;
        (_segments, _directory) = Empty(SmallestLines);
    }

    /// <summary>Ids.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Memory it holds.</summary>
    public long Bytes => _ids.Bytes + _segments.Bytes + _directory.Bytes;

    /// <summary>The most ids that one insertion has moved: at most <see cref="SegmentIds"/>, whatever <see cref="Count"/> is.</summary>
    internal int MostMoved { get; private set; }

    /// <summary>Ids that a segment holds before it is split.</summary>
    internal int SegmentIds => Full(_largestLines);

    /// <summary>The number of <paramref name="id"/>; −1 where it has none. For any thread, at any time.</summary>
    public int Find(ulong id)
    {
        int door = _gate.Enter();
        int number = Find(Volatile.Read(ref _directory), id);
        _gate.Leave(door);
        return number;
    }

    /// <summary>The number of each of <paramref name="ids"/>; −1 where it has none. For any thread, at any time.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Find(ReadOnlySpan<ulong> ids, Span<int> numbers)
    {
        Requires.SameLength(ids.Length, numbers.Length);
        int door = _gate.Enter();
        Find(Volatile.Read(ref _directory), ids, numbers);
        _gate.Leave(door);
    }

    /// <summary>As <see cref="Find(ulong)"/>, for the writer alone: it need not be counted among the readers.</summary>
    public int FindOwn(ulong id) => Find(_directory, id);

    /// <summary>The id of a number below <see cref="Count"/>.</summary>
    public ulong IdOf(int number) => MemoryMarshal.Cast<float, ulong>(_ids.Row(number))[0];

    /// <summary>Gives <paramref name="id"/>, which has none, the next number. From here on readers find it.</summary>
    /// <returns>Its number: <see cref="Count"/> as it was.</returns>
    public int Add(ulong id)
    {
        ulong hash = IdDirectory.Hash(id);
        while (_segments.Count(_directory.NumberOf(hash)) >= Full(_segments.Lines))
        {
            MakeRoom(hash);
        }

        int number = _count;
        _ids.Reserve(number + 1);
        MemoryMarshal.Cast<float, ulong>(_ids.Row(number))[0] = id;
        Place(_directory.NumberOf(hash), hash, id, number + 1);
        Volatile.Write(ref _count, number + 1);
        return number;
    }

    /// <summary>
    /// Becomes equal to <paramref name="other"/> by bulk copies; memory is kept. Not while anyone reads this index or writes the
    /// other.
    /// </summary>
    public void CopyFrom(IdIndex other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_segments.Lines != other._segments.Lines)
        {
            _segments = new IdSegments(other._segments.Lines, _gate);
        }

        _segments.CopyFrom(other._segments);
        if (_directory.Memory != _segments.Memory || _directory.Depth != other._directory.Depth)
        {
            _directory = new IdDirectory(other._directory.Depth, _segments.Lines, _segments.Memory);
        }

        _directory.CopyFrom(other._directory);
        _ids.CopyFrom(other._ids, other._count);
        _count = other._count;
    }

    /// <summary>
    /// Becomes equal to <paramref name="other"/>, of which it was a copy before ids were added: only segments that got ids are written.
    /// Readers may look on, and find ids that were added until this returns.
    /// </summary>
    public void ReturnTo(IdIndex other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_segments.Lines != other._segments.Lines)
        {
            CopyFrom(other);
            return;
        }

        for (int number = other._count; number < _count; number++)
        {
            ulong hash = IdDirectory.Hash(IdOf(number));
            int mine = _directory.NumberOf(hash), original = other._directory.NumberOf(hash), bits = other._segments.Bits(original);
            if (_segments.Bits(mine) == bits && _segments.Count(mine) == other._segments.Count(original))
            {
                continue; // returned already
            }

            int copy = _segments.TakeCopy(other._segments, original);
            _directory.AddReplaced(hash, bits, _segments.Replaced);
            _directory.Publish(hash, bits, copy);
        }

        Volatile.Write(ref _count, other._count);
        GC.KeepAlive(other);
    }

    /// <summary>Takes back the ids that were added last, until <paramref name="count"/> are left. Not while anyone reads.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        for (int number = _count - 1; number >= count; number--)
        {
            TakeBack(IdOf(number));
        }

        Volatile.Write(ref _count, Math.Min(count, _count));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _segments.Dispose();
        _ids.Dispose();
    }

    private static int Full(int lines) => lines * IdLine.Places * FullPercent / 100;

    private static int Find(IdDirectory directory, ulong id)
    {
        ulong hash = IdDirectory.Hash(id), at = hash & directory.LastLine;
        IdLine* lines = directory.Segment(hash);
        int number;
        while ((number = NumberIn(lines + at, id)) < 0 && (lines[at].WentOn & IdLine.Bit(hash)) != 0)
        {
            at = (at + 1) & directory.LastLine;
        }

        GC.KeepAlive(directory);
        return number;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Find(IdDirectory directory, ReadOnlySpan<ulong> ids, Span<int> numbers)
    {
        nint* lines = stackalloc nint[Ahead];
        for (int i = -Ahead; i < ids.Length; i++)
        {
            var line = (IdLine*)lines[i & (Ahead - 1)];
            int next = i + Ahead;
            if (next < ids.Length)
            {
                IdLine* home = directory.Home(IdDirectory.Hash(ids[next]));
                Prefetch.Line(home);
                lines[i & (Ahead - 1)] = (nint)home;
            }

            if (i >= 0)
            {
                int number = NumberIn(line, ids[i]);
                bool hasGoneOn = number < 0 && (line->WentOn & IdLine.Bit(IdDirectory.Hash(ids[i]))) != 0;
                numbers[i] = hasGoneOn ? Find(directory, ids[i]) : number;
            }
        }

        GC.KeepAlive(directory);
    }

    // SAFETY: the line is one of a segment that the directory led to; the caller keeps that alive.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NumberIn(IdLine* line, ulong id)
    {
        int place = IdLine.PlaceOf(line, id);
        if (place >= 0)
        {
            // An empty place holds id 0, and one that is being written any id: the number says whether it counts, and then the id is final.
            int number = Volatile.Read(ref line->Numbers[place]);
            if (number != 0 && line->Ids[place] == id)
            {
                return number - 1;
            }
        }

        return -1;
    }

    private (IdSegments Segments, IdDirectory Directory) Empty(int lines)
    {
        var segments = new IdSegments(lines, _gate);
        var directory = new IdDirectory(0, lines, segments.Memory);
        directory.Publish(0, 0, segments.Take(bits: 0));
        return (segments, directory);
    }

    // SAFETY: the segment has LastLine + 1 lines, and an empty place on the way, for it is never full.
    private void Place(int segment, ulong hash, ulong id, int number)
    {
        var lines = (IdLine*)_segments.Memory.Address(segment);
        ulong last = (uint)_segments.Lines - 1, at = hash & last;
        while (lines[at].Numbers[IdLine.Places - 1] != 0)
        {
            lines[at].WentOn |= IdLine.Bit(hash);
            at = (at + 1) & last;
        }

        int place = 0;
        while (lines[at].Numbers[place] != 0)
        {
            place++;
        }

        lines[at].Ids[place] = id;
        Volatile.Write(ref lines[at].Numbers[place], number);
        _segments.Count(segment)++;
    }

    // The last of its line takes the place of the id. That ids went on from this line remains marked: a search may go on in vain, no more.
    // SAFETY: the id is in the index, so its line is found before the marks of the lines end.
    private void TakeBack(ulong id)
    {
        ulong hash = IdDirectory.Hash(id), last = (uint)_segments.Lines - 1, at = hash & last;
        int segment = _directory.NumberOf(hash);
        var lines = (IdLine*)_segments.Memory.Address(segment);
        int place;
        while ((place = OccupiedPlaceOf(lines + at, id)) < 0)
        {
            at = (at + 1) & last;
        }

        int end = IdLine.Places - 1;
        while (lines[at].Numbers[end] == 0)
        {
            end--;
        }

        lines[at].Ids[place] = lines[at].Ids[end];
        lines[at].Numbers[place] = lines[at].Numbers[end];
        lines[at].Ids[end] = 0;
        lines[at].Numbers[end] = 0;
        _segments.Count(segment)--;
    }

    private static int OccupiedPlaceOf(IdLine* line, ulong id)
    {
        for (int place = 0; place < IdLine.Places && line->Numbers[place] != 0; place++)
        {
            if (line->Ids[place] == id)
            {
                return place;
            }
        }

        return -1;
    }

    private void MakeRoom(ulong hash)
    {
        IdSegments segments = _segments;
        if (segments.Lines < _largestLines)
        {
            // While there is one segment, a larger one takes its place. The small one is left to the collector: someone may be reading it.
            (_segments, IdDirectory directory) = Empty(2 * segments.Lines);
            Move(segments, _directory.NumberOf(hash), lower: 0, upper: 0, bit: 0);
            Volatile.Write(ref _directory, directory);
            return;
        }

        int full = _directory.NumberOf(hash), bits = segments.Bits(full);
        if (bits == _directory.Depth)
        {
            RequireSpread(bits);
            Volatile.Write(ref _directory, _directory.Doubled());
        }

        int lower = segments.Take(bits + 1), upper = segments.Take(bits + 1);
        ulong bit = 1ul << (63 - bits);
        Move(segments, full, lower, upper, bit);
        _directory.Publish(hash & ~bit, bits + 1, lower);
        _directory.Publish(hash | bit, bits + 1, upper);
        segments.Replaced.Add(full);
    }

    // Copies the ids of a segment into two of _segments, by one bit of their hashes.
    private void Move(IdSegments source, int segment, int lower, int upper, ulong bit)
    {
        // SAFETY: the segment has source.Lines lines.
        var lines = (IdLine*)source.Memory.Address(segment);
        for (int line = 0; line < source.Lines; line++)
        {
            for (int place = 0; place < IdLine.Places && lines[line].Numbers[place] != 0; place++)
            {
                ulong id = lines[line].Ids[place], hash = IdDirectory.Hash(id);
                Place((hash & bit) == 0 ? lower : upper, hash, id, lines[line].Numbers[place]);
            }
        }

        MostMoved = Math.Max(MostMoved, source.Count(segment));
        GC.KeepAlive(source);
    }

    // Ids that are hashes never come near this. Ids made to agree would double the directory until memory ends.
    private void RequireSpread(int bits)
    {
        if (bits > BitOperations.Log2((uint)(_count / SegmentIds) + 1) + MostExtraBits)
        {
            throw new InvalidOperationException(
                $"More than {SegmentIds} of {_count} ids have hashes that agree in {bits} bits. The index is as it was. " +
                "Use ids that are hashes of what they stand for.");
        }
    }
}
