using System.Numerics;
using System.Runtime.CompilerServices;
using Freshet.Native.Memory;

namespace Freshet.Native.Ids;

/// <summary>Counts of 64-bit ids in memory that does not grow with them: never below the truth, and for a stated share of ids above it.</summary>
/// <remarks>
/// <para>
/// A count-min sketch (Cormode and Muthukrishnan, J. Algorithms 55(1), 2005, https://doi.org/10.1016/j.jalgor.2003.12.001) with conservative update (Estan and Varghese,
/// SIGCOMM 2002, https://doi.org/10.1145/633025.633056): an id has 4 cells, the least of them is its count, and a sighting raises only those that are the least. Differences: the 4 cells lie in one array, all in
/// one page of 4 KiB that the id's hash chooses, so that a sighting touches one page; and cells have just the bits, 1, 2, 4, 8 or 16, that the largest count needs, and stop there. With 1 bit it is a Bloom filter.
/// </para>
/// <para>
/// <b>Size.</b> A Bloom filter with 4 hashes needs −4/ln(1 − e^¼) bits an id for a share e of false positives, 10.5 at 1 %. The sketch takes half as much again, 15.8 at 1 %, since its cells are wider;
/// what it errs then is measured (docs/embeddings.md). A page appears when an id of it is first counted, and is shared by copies until one changes it.
/// </para>
/// <para>
/// One thread writes, and none reads meanwhile. Copies may be on other threads. Native memory: dispose of it, or leave that to its finalizer.
/// </para>
/// </remarks>
public sealed unsafe class CountSketch : IDisposable
{
    /// <summary>Bytes of a page's cells.</summary>
    public const int PageSize = 4096;

    private const int Cells = 4;
    private const int HeadSize = 16;

    /// <summary>Fields of a hash that choose a cell each.</summary>
    private const int FieldBits = 16;

    private readonly int _logBits;
    private readonly ulong _cellMask;
    private readonly uint _lastCell;
    private nint[] _pages = []; // SharedBlock*[], 0: all cells are 0

    /// <summary>A sketch that has counted nothing.</summary>
    /// <param name="ids">Different ids that it is made for, &gt; 0.</param>
    /// <param name="error">Share of them that may be counted too high as the filter of 1 bit has it, in [0.0001, 0.5].</param>
    /// <param name="largest">Largest count, 1 to 65,535.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range, or so many ids need 2³¹ pages or more.</exception>
    public CountSketch(long ids, double error, int largest)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ids);
        ArgumentOutOfRangeException.ThrowIfLessThan(error, 0.0001);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(error, 0.5);
        ArgumentOutOfRangeException.ThrowIfLessThan(largest, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(largest, ushort.MaxValue);
        double pages = Math.Ceiling(ids * BitsOfId(error) / (8 * PageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, Array.MaxLength, nameof(ids));
        Largest = largest;
        _logBits = BitOperations.Log2((uint)BitOperations.RoundUpToPowerOf2((uint)BitOperations.Log2((uint)largest) + 1));
        _cellMask = (1ul << (1 << _logBits)) - 1;
        _lastCell = (uint)(8 * PageSize >> _logBits) - 1;
        _pages = new nint[(int)pages];
    }

    /// <summary>Frees the memory of a sketch that nobody disposed of.</summary>
    ~CountSketch() => SharedBlocks.Release(_pages);

    /// <summary>The largest count.</summary>
    public int Largest { get; }

    /// <summary>Pages, those without a count included.</summary>
    public int Pages => _pages.Length;

    /// <summary>Memory it holds; of a page that has several owners its share. All owners together hold what they say.</summary>
    public long Bytes
    {
        get
        {
            long bytes = SharedBlocks.Bytes(_pages);
            GC.KeepAlive(this);
            return bytes;
        }
    }

    /// <summary>Bits of memory for each id that a sketch is made for.</summary>
    private static double BitsOfId(double error) => -1.5 * Cells / Math.Log(1 - Math.Pow(error, 1.0 / Cells));

    /// <summary>The count of <paramref name="id"/>: not below min(its sightings, <see cref="Largest"/>).</summary>
    public uint Of(ulong id)
    {
        ulong hash = IdDirectory.Hash(id);
        nint page = _pages[Entry(hash)];
        uint least = page == 0 ? 0 : Least(Words(page), Fields(hash));
        GC.KeepAlive(this);
        return least;
    }

    /// <summary>Counts one sighting.</summary>
    /// <returns>One more than <see cref="Of"/> said: up to <see cref="Largest"/> + 1, which is not stored.</returns>
    public uint Add(ulong id)
    {
        ulong hash = IdDirectory.Hash(id), fields = Fields(hash);
        int entry = Entry(hash);
        uint least = _pages[entry] == 0 ? 0 : Least(Words(_pages[entry]), fields);
        if (least < (uint)Largest)
        {
            Raise(Words(Own(entry)), fields, least);
        }

        GC.KeepAlive(this);
        return least + 1;
    }

    /// <summary>Sets all cells to 0.</summary>
    public void Clear()
    {
        SharedBlocks.Release(_pages);
        Array.Clear(_pages);
        GC.KeepAlive(this);
    }

    /// <summary>Becomes equal to <paramref name="other"/>, which has the same size and nobody writes meanwhile: it costs a copy of the addresses of pages.</summary>
    /// <exception cref="ArgumentException">The sizes or the largest counts differ.</exception>
    public void CopyFrom(CountSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Requires.SameLength(Pages, other.Pages);
        Requires.SameLength(Largest, other.Largest);
        _pages = SharedBlocks.Copy(other._pages, _pages);
        GC.KeepAlive(other);
        GC.KeepAlive(this);
    }

    /// <summary>[<see cref="PageSize"/>] the cells of a page; empty where all are 0. Good while the sketch is reachable and not changed.</summary>
    public ReadOnlySpan<byte> Page(int page) => _pages[page] == 0 ? [] : new ReadOnlySpan<byte>(Words(_pages[page]), PageSize);

    /// <summary>Overwrites the cells of a page.</summary>
    /// <param name="page">Its number.</param>
    /// <param name="cells">[<see cref="PageSize"/>] what <see cref="Page"/> gave.</param>
    /// <returns>False where a cell is above <see cref="Largest"/>: the page is as it was.</returns>
    public bool TrySetPage(int page, ReadOnlySpan<byte> cells)
    {
        Requires.SameLength(PageSize, cells.Length);
        fixed (byte* bytes = cells)
        {
            for (uint cell = 0; cell <= _lastCell; cell++)
            {
                if (Cell((ulong*)bytes, cell) > (uint)Largest)
                {
                    return false;
                }
            }
        }

        cells.CopyTo(new Span<byte>(Words(Own(page)), PageSize));
        GC.KeepAlive(this);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        SharedBlocks.Release(_pages);
        _pages = [];
        GC.SuppressFinalize(this);
    }

    private static ulong* Words(nint page) => (ulong*)(page + HeadSize);

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): bits that do not depend on those of the hash one by one.</summary>
    private static ulong Fields(ulong hash)
    {
        ulong x = hash + 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Entry(ulong hash) => (int)Math.BigMul(hash, (ulong)_pages.Length, out _);

    // SAFETY of the cells: a cell number is at most _lastCell, and the page has that many.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Cell(ulong* words, uint cell)
    {
        uint bit = cell << _logBits;
        return (uint)((words[bit / 64] >> (int)(bit % 64)) & _cellMask);
    }

    private uint Least(ulong* words, ulong fields)
    {
        uint least = uint.MaxValue;
        for (int k = 0; k < Cells; k++, fields >>= FieldBits)
        {
            least = Math.Min(least, Cell(words, (uint)fields & _lastCell));
        }

        return least;
    }

    private void Raise(ulong* words, ulong fields, uint least)
    {
        for (int k = 0; k < Cells; k++, fields >>= FieldBits)
        {
            uint cell = (uint)fields & _lastCell;
            if (Cell(words, cell) == least)
            {
                uint bit = cell << _logBits;
                words[bit / 64] += 1ul << (int)(bit % 64);
            }
        }
    }

    // The page of an entry, which no one else holds.
    private nint Own(int entry)
    {
        nint page = _pages[entry];
        if (page != 0 && !((SharedBlock*)page)->IsShared)
        {
            return page;
        }

        var own = (nint)SharedBlock.Allocate(HeadSize + PageSize);
        var cells = new Span<byte>(Words(own), PageSize);
        if (page == 0)
        {
            cells.Clear();
        }
        else
        {
            new ReadOnlySpan<byte>(Words(page), PageSize).CopyTo(cells);
            SharedBlock.Release((SharedBlock*)page);
        }

        return _pages[entry] = own;
    }
}
