using Freshet.Features.Keys;

namespace Freshet.Features.Requests;

/// <summary>
/// The counter keys of every impression identity for 24 h of event time, so that a click counts under the same keys as its
/// impression, and the sums of values that conditions need.
/// </summary>
/// <remarks>
/// Records of 64-bit words in a queue of chunks: [0] identity, [1] length &lt;&lt; 48 | at, then ⌈counters ÷ 8⌉ words with one
/// byte a counter (its keys), the sums of values as doubles, the keys. The oldest leave as new ones come, four at most for
/// each, but none while an event may wait that was remembered when it arrived. One that is over but has not left is not
/// known any more. At the limit the oldest leaves whatever waits for it. Saved state has this layout: changing it needs a new format
/// version.
/// </remarks>
internal sealed class IdentityMemory
{
    /// <summary>How long an identity is remembered, ms of event time from its impression.</summary>
    public const long Life = 24 * 60 * 60 * 1000;

    private const int ChunkBits = 14;
    private const int ChunkWords = 1 << ChunkBits;
    private const int Fixed = 2;
    private readonly int _counters;
    private readonly int _countWords;
    private readonly int _sums;
    private readonly int _limit;
    private readonly KeyIndex _index = new();
    private readonly Stack<ulong[]> _spare = new();
    private ulong[][] _chunks = new ulong[4][];
    private long _head;
    private long _tail;

    /// <summary>Remembers nothing yet.</summary>
    /// <param name="counters">Counters of the scene.</param>
    /// <param name="sums">Sums of values kept for an identity.</param>
    /// <param name="limit">The most identities that are remembered, &gt;= 1.</param>
    public IdentityMemory(int counters, int sums, int limit)
    {
        _limit = limit;
        _counters = counters;
        _countWords = (counters + 7) / 8;
        _sums = sums;
    }

    /// <summary>Identities in memory.</summary>
    public int Count => _index.Count;

    /// <summary>Identities that left before their time, for new ones, since the start of the job.</summary>
    public long OverLimit { get; private set; }

    /// <summary>Whether what was remembered at <paramref name="at"/> is forgotten at <paramref name="now"/>.</summary>
    public static bool IsOver(long at, long now) => now - at > Life;

    /// <summary>Whether <paramref name="identity"/> is remembered. What is later than now is not: it was remembered before the clock went back.</summary>
    public bool IsKnown(ulong identity, long now)
    {
        Span<ulong> record = Find(identity);
        return !record.IsEmpty && At(record) <= now && !IsOver(At(record), now);
    }

    /// <summary>The record of an identity that is known, or was when an event that waits arrived; else it may be empty.</summary>
    public Span<ulong> Find(ulong identity) => _index.TryGet(identity, out int low) ? Record(Position(low)) : default;

    /// <summary>Remembers <paramref name="identity"/>, in place of what was known of it.</summary>
    /// <param name="identity">Hash of (user, request, item).</param>
    /// <param name="at">Time of the impression.</param>
    /// <param name="now">The stage's event time.</param>
    /// <param name="keyCounts">[counters] keys of each.</param>
    /// <param name="keys">The keys, counter by counter.</param>
    public void Add(ulong identity, long at, long now, ReadOnlySpan<byte> keyCounts, ReadOnlySpan<ulong> keys)
    {
        Expire(now);
        int length = Fixed + _countWords + _sums + keys.Length;
        Span<ulong> record = Append(length);
        record[0] = identity;
        record[1] = ((ulong)length << 48) | (ulong)at;
        record[Fixed..].Clear();
        for (int i = 0; i < keyCounts.Length; i++)
        {
            record[Fixed + (i >> 3)] |= (ulong)keyCounts[i] << (8 * (i & 7));
        }

        keys.CopyTo(record[(Fixed + _countWords + _sums)..]);
        _index.Set(identity, (int)(uint)(_tail - length));
    }

    /// <summary>How many keys counter <paramref name="counter"/> has in <paramref name="record"/>.</summary>
    public static int KeyCount(ReadOnlySpan<ulong> record, int counter) =>
        (byte)(record[Fixed + (counter >> 3)] >> (8 * (counter & 7)));

    /// <summary>The keys of <paramref name="record"/>, counter by counter.</summary>
    public ReadOnlySpan<ulong> Keys(ReadOnlySpan<ulong> record) => record[(Fixed + _countWords + _sums)..];

    /// <summary>Adds to a sum of values.</summary>
    /// <returns>The sum with <paramref name="value"/>.</returns>
    public double AddValue(Span<ulong> record, int sum, double value)
    {
        ref ulong word = ref record[Fixed + _countWords + sum];
        double total = BitConverter.UInt64BitsToDouble(word) + value;
        word = BitConverter.DoubleToUInt64Bits(total);
        return total;
    }

    public void Save(BinaryWriter destination)
    {
        destination.Write(OverLimit);
        destination.Write(_index.Count);
        for (long position = SkipGap(_head); position < _tail; position = SkipGap(position))
        {
            ReadOnlySpan<ulong> record = Record(position);
            if (IsCurrent(record[0], position))
            {
                foreach (ulong word in record)
                {
                    destination.Write(word);
                }
            }

            position += record.Length;
        }
    }

    public void Restore(BinaryReader source)
    {
        _index.Clear();
        _spare.Clear();
        _chunks = new ulong[4][];
        _head = 0;
        _tail = 0;
        OverLimit = source.ReadInt64();
        int count = source.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            ulong identity = source.ReadUInt64(), second = source.ReadUInt64();
            Span<ulong> record = Append((int)(second >> 48));
            record[0] = identity;
            record[1] = second;
            for (int word = Fixed; word < record.Length; word++)
            {
                record[word] = source.ReadUInt64();
            }

            _index.Set(identity, (int)(uint)(_tail - record.Length));
        }
    }

    private static long At(ReadOnlySpan<ulong> record) => (long)(record[1] & 0xFFFF_FFFF_FFFF);

    // The index keeps the low 32 bits; the queue is always shorter than that.
    private long Position(int low) => _tail - (uint)((uint)_tail - (uint)low);

    private bool IsCurrent(ulong identity, long position) => _index.TryGet(identity, out int low) && Position(low) == position;

    private Span<ulong> Record(long position)
    {
        Span<ulong> chunk = Chunk(position).AsSpan((int)position & (ChunkWords - 1));
        return chunk[..(int)(chunk[1] >> 48)];
    }

    private ulong[] Chunk(long position) => _chunks[(position >> ChunkBits) & (_chunks.Length - 1)];

    // Records do not straddle chunks: a 0 where the identity would be (or the chunk's end) leads to the next chunk.
    private long SkipGap(long position) =>
        position < _tail && (position & (ChunkWords - 1)) != 0 && Chunk(position)[position & (ChunkWords - 1)] == 0
            ? (position + ChunkWords - 1) & ~(ChunkWords - 1L)
            : position;

    private void Expire(long now)
    {
        MoveHead(SkipGap(_head));
        for (int i = 0; (i < 4 || Count >= _limit) && _head < _tail; i++)
        {
            ReadOnlySpan<ulong> record = Record(_head);
            if (IsCurrent(record[0], _head))
            {
                // An event waits as long as a request is open. One later than now is not known (IsKnown), and no event waits for it.
                if (At(record) <= now && !IsOver(At(record), now - OpenRequests.Spread))
                {
                    if (Count < _limit)
                    {
                        return;
                    }

                    OverLimit++;
                }

                _index.Remove(record[0]);
            }

            MoveHead(SkipGap(_head + record.Length));
        }
    }

    private void MoveHead(long position)
    {
        if (position >> ChunkBits != _head >> ChunkBits)
        {
            _spare.Push(Chunk(_head));
        }

        _head = position;
    }

    private Span<ulong> Append(int length)
    {
        int offset = (int)_tail & (ChunkWords - 1);
        if (offset + length > ChunkWords)
        {
            Chunk(_tail)[offset] = 0;
            _tail += ChunkWords - offset;
            offset = 0;
        }

        if (offset == 0)
        {
            AddChunk();
        }

        _tail += length;
        return Chunk(_tail - length).AsSpan(offset, length);
    }

    private void AddChunk()
    {
        long first = _head >> ChunkBits, next = _tail >> ChunkBits;
        if (next - first >= _chunks.Length)
        {
            ulong[][] larger = new ulong[_chunks.Length * 2][];
            for (long i = first; i < next; i++)
            {
                larger[i & (larger.Length - 1)] = _chunks[i & (_chunks.Length - 1)];
            }

            _chunks = larger;
        }

        _chunks[next & (_chunks.Length - 1)] = _spare.Count > 0 ? _spare.Pop() : new ulong[ChunkWords];
    }
}
