namespace Freshet.Embeddings;

/// <summary>From 64-bit ids to the numbers 0, 1, 2 … in order of insertion. The whole id is compared: no collisions.</summary>
/// <remarks>Open addressing with linear probing, at most half full, doubled when it would be fuller; nothing is ever removed.</remarks>
internal sealed class IdIndex
{
    private const int SmallestCapacity = 16;
    private ulong[] _ids = new ulong[SmallestCapacity / 2];
    private Entry[] _entries = new Entry[SmallestCapacity];
    private int _shift = 64 - 4;

    public int Count { get; private set; }

    /// <summary>The ids by number.</summary>
    public ReadOnlySpan<ulong> Ids => _ids.AsSpan(0, Count);

    public long Bytes => (_ids.LongLength * sizeof(ulong)) + (_entries.LongLength * 16);

    /// <summary>The number of <paramref name="id"/>; -1 where it has none.</summary>
    public int Find(ulong id)
    {
        Entry[] entries = _entries;
        int mask = entries.Length - 1;
        for (int at = Home(id); ; at = (at + 1) & mask)
        {
            ref readonly Entry entry = ref entries[at];
            if (entry.Number == 0 || entry.Id == id)
            {
                return entry.Number - 1;
            }
        }
    }

    /// <summary>Gives <paramref name="id"/>, which has none, the next number.</summary>
    public int Add(ulong id)
    {
        if (Count == _ids.Length)
        {
            Grow();
        }

        _ids[Count] = id;
        Place(id, ++Count);
        return Count - 1;
    }

    /// <summary>Becomes equal to <paramref name="other"/>; keeps its arrays where they are large enough.</summary>
    public void CopyFrom(IdIndex other)
    {
        if (_entries.Length != other._entries.Length)
        {
            _entries = new Entry[other._entries.Length];
            _ids = new ulong[other._ids.Length];
            _shift = other._shift;
        }

        other._entries.AsSpan().CopyTo(_entries);
        other.Ids.CopyTo(_ids);
        Count = other.Count;
    }

    // The high bits of a product by the golden ratio: ids that differ in any bit spread.
    private int Home(ulong id) => (int)((id * 0x9E3779B97F4A7C15) >> _shift);

    private void Place(ulong id, int number)
    {
        int at = Home(id);
        while (_entries[at].Number != 0)
        {
            at = (at + 1) & (_entries.Length - 1);
        }

        _entries[at] = new Entry { Id = id, Number = number };
    }

    private void Grow()
    {
        _entries = new Entry[_entries.Length * 2];
        _shift--;
        Array.Resize(ref _ids, _ids.Length * 2);
        for (int number = 0; number < Count; number++)
        {
            Place(_ids[number], number + 1);
        }
    }

    // 16 bytes: the id, and its number + 1; 0 marks an empty place, so that every id can be stored, 0 too.
    private struct Entry
    {
        public ulong Id;
        public int Number;
    }
}
