using Freshet.Features.Keys;
using Freshet.Scenes;

namespace Freshet.Features.Windows;

/// <summary>The keys of one counter, each with a ring of buckets per field.</summary>
/// <remarks>
/// <para>
/// A cell in 32-bit words: [0..1] key, [2] 1 + the newest minute counted (0 = free), then one ring per field: bucket b at
/// b mod n. Rings turn only when something newer is counted, and all rings of a cell turn together. Cells lie in chunks of
/// 256. Saved state has this layout: changing it needs a new format version.
/// </para>
/// <para>
/// A key with nothing inside its longest window at the stage's event time reads as never seen; two cells are visited
/// for each event counted, and such keys are given up then: no pause, and when it happens changes no number.
/// </para>
/// </remarks>
internal sealed class CounterCells
{
    private const int ChunkBits = 8;
    private const int Header = 3;
    private readonly Ring[] _rings;
    private readonly Ring[][] _ringsOf;
    private readonly int _words;
    private readonly CounterWindow _longest;
    private readonly KeyIndex _index = new();
    private uint[][] _chunks = [];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _highWater;
    private int _sweep;

    /// <summary>No keys; <paramref name="fields"/> are distinct, <paramref name="whats"/> is 1 + the scene's behaviours.</summary>
    public CounterCells(IReadOnlyList<WindowField> fields, int whats)
    {
        _rings = new Ring[fields.Count];
        _words = Header;
        for (int i = 0; i < fields.Count; i++)
        {
            _rings[i] = new Ring(fields[i].What, fields[i].Window, WindowSpan.Buckets(fields[i].Window), _words);
            _words += _rings[i].Buckets;
            _longest = (CounterWindow)Math.Max((int)_longest, (int)fields[i].Window);
        }

        _ringsOf = [.. Enumerable.Range(0, whats).Select(what => _rings.Where(ring => ring.What == what).ToArray())];
    }

    /// <summary>Fields of every key.</summary>
    public int FieldCount => _rings.Length;

    /// <summary>Keys in memory.</summary>
    public int KeyCount => _index.Count;

    /// <summary>Counts one event at <paramref name="minute"/>.</summary>
    public void Count(ulong key, int what, int minute, int nowMinute)
    {
        Ring[] rings = _ringsOf[what];
        if (rings.Length == 0 || IsOver(minute, nowMinute))
        {
            return;
        }

        Span<uint> cell = _index.TryGet(key, out int index) ? Cell(index) : Add(key);
        int newest = (int)cell[2] - 1;
        if (newest < 0 || IsVoid(newest, nowMinute))
        {
            cell[Header..].Clear();
            newest = minute;
        }
        else if (minute > newest)
        {
            Turn(cell, newest, minute);
            newest = minute;
        }

        cell[2] = (uint)newest + 1;
        foreach (ref readonly Ring ring in rings.AsSpan())
        {
            int bucket = WindowSpan.Bucket(ring.Window, minute);
            if (bucket > WindowSpan.Bucket(ring.Window, newest) - ring.Buckets)
            {
                cell[ring.Start + (bucket % ring.Buckets)]++;
            }
        }

        Sweep(nowMinute);
        Sweep(nowMinute);
    }

    /// <summary>Reads the windows of <paramref name="key"/> that end at <paramref name="minute"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="minute">End of the windows.</param>
    /// <param name="nowMinute">The stage's event time.</param>
    /// <param name="destination">[fields], overwritten.</param>
    public void Read(ulong key, int minute, int nowMinute, Span<long> destination)
    {
        if (!_index.TryGet(key, out int index))
        {
            destination.Clear();
            return;
        }

        ReadOnlySpan<uint> cell = Cell(index);
        int newest = (int)cell[2] - 1;
        if (IsVoid(newest, nowMinute))
        {
            destination.Clear();
            return;
        }

        for (int i = 0; i < _rings.Length; i++)
        {
            ref readonly Ring ring = ref _rings[i];
            int end = WindowSpan.Bucket(ring.Window, minute), head = WindowSpan.Bucket(ring.Window, newest);
            destination[i] = Sum(cell.Slice(ring.Start, ring.Buckets), end, head);
        }
    }

    public void Save(BinaryWriter destination)
    {
        destination.Write(_index.Count);
        for (int i = 0; i < _highWater; i++)
        {
            ReadOnlySpan<uint> cell = Cell(i);
            if (cell[2] == 0)
            {
                continue;
            }

            foreach (uint word in cell)
            {
                destination.Write(word);
            }
        }
    }

    public void Restore(BinaryReader source)
    {
        _index.Clear();
        _chunks = [];
        _freeCount = 0;
        _highWater = 0;
        _sweep = 0;
        int keys = source.ReadInt32();
        for (int i = 0; i < keys; i++)
        {
            ulong key = source.ReadUInt64();
            Span<uint> cell = Add(key);
            for (int word = 2; word < cell.Length; word++)
            {
                cell[word] = source.ReadUInt32();
            }
        }
    }

    // Buckets that both the window (end − n, end] and the ring (head − n, head] hold.
    private static long Sum(ReadOnlySpan<uint> ring, int end, int head)
    {
        int from = Math.Max(0, Math.Max(end, head) - ring.Length + 1), to = Math.Min(end, head);
        long sum = 0;
        if (end == head)
        {
            foreach (uint count in ring)
            {
                sum += count;
            }

            return sum;
        }

        for (int bucket = from, place = from % ring.Length; bucket <= to; bucket++)
        {
            sum += ring[place];
            place = place + 1 == ring.Length ? 0 : place + 1;
        }

        return sum;
    }

    // Nothing is later than event time, unless that went back because the first events came from the far future.
    private bool IsVoid(int newest, int nowMinute) => newest > nowMinute || IsOver(newest, nowMinute);

    private bool IsOver(int minute, int nowMinute) =>
        WindowSpan.Bucket(_longest, minute) <= WindowSpan.Bucket(_longest, nowMinute) - WindowSpan.Buckets(_longest);

    private void Turn(Span<uint> cell, int from, int to)
    {
        foreach (ref readonly Ring ring in _rings.AsSpan())
        {
            int old = WindowSpan.Bucket(ring.Window, from), head = WindowSpan.Bucket(ring.Window, to);
            for (int bucket = Math.Max(old + 1, head - ring.Buckets + 1); bucket <= head; bucket++)
            {
                cell[ring.Start + (bucket % ring.Buckets)] = 0;
            }
        }
    }

    private Span<uint> Cell(int index) =>
        _chunks[index >> ChunkBits].AsSpan((index & ((1 << ChunkBits) - 1)) * _words, _words);

    private Span<uint> Add(ulong key)
    {
        int index = _freeCount > 0 ? _free[--_freeCount] : _highWater++;
        if (index >> ChunkBits >= _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length + 1 + (_chunks.Length / 2));
        }

        _chunks[index >> ChunkBits] ??= new uint[_words << ChunkBits];
        _index.Set(key, index);
        Span<uint> cell = Cell(index);
        cell[0] = (uint)key;
        cell[1] = (uint)(key >> 32);
        cell[2] = 0;
        return cell;
    }

    private void Sweep(int nowMinute)
    {
        if (++_sweep >= _highWater)
        {
            _sweep = 0;
        }

        Span<uint> cell = Cell(_sweep);
        if (cell[2] == 0 || !IsVoid((int)cell[2] - 1, nowMinute))
        {
            return;
        }

        _index.Remove(cell[0] | ((ulong)cell[1] << 32));
        cell[2] = 0;
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, _free.Length * 2);
        }

        _free[_freeCount++] = _sweep;
    }

    private readonly record struct Ring(int What, CounterWindow Window, int Buckets, int Start);
}
