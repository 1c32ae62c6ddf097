namespace Freshet.Features.Keys;

/// <summary>
/// From a uniform 64-bit key to a number. Linear probing in 64 shards that grow one at a time, so that growing never
/// stops the stage for long; removal shifts entries back, so there are no tombstones.
/// </summary>
internal sealed class KeyIndex
{
    private const int ShardBits = 6;
    private readonly Shard[] _shards = new Shard[1 << ShardBits];

    /// <summary>Keys held.</summary>
    public int Count { get; private set; }

    /// <summary>Finds the number of <paramref name="key"/>.</summary>
    public bool TryGet(ulong key, out int value)
    {
        ref readonly Shard shard = ref _shards[key >> (64 - ShardBits)];
        Entry[]? entries = shard.Entries;
        if (entries is not null)
        {
            int mask = entries.Length - 1;
            for (int i = (int)key & mask; entries[i].Used; i = (i + 1) & mask)
            {
                if (entries[i].Key == key)
                {
                    value = entries[i].Value;
                    return true;
                }
            }
        }

        value = -1;
        return false;
    }

    /// <summary>Adds <paramref name="key"/> or changes its number.</summary>
    public void Set(ulong key, int value)
    {
        ref Shard shard = ref _shards[key >> (64 - ShardBits)];
        Entry[] entries = shard.Entries ??= new Entry[8];
        if (shard.Count * 4 >= entries.Length * 3)
        {
            entries = shard.Entries = Grow(entries);
        }

        ref Entry entry = ref Locate(entries, key);
        if (!entry.Used)
        {
            shard.Count++;
            Count++;
        }

        entry = new Entry { Key = key, Value = value, Used = true };
    }

    /// <summary>Removes <paramref name="key"/> if it is there.</summary>
    public void Remove(ulong key)
    {
        ref Shard shard = ref _shards[key >> (64 - ShardBits)];
        if (shard.Entries is not { } entries)
        {
            return;
        }

        int mask = entries.Length - 1;
        int hole = (int)key & mask;
        while (entries[hole].Used && entries[hole].Key != key)
        {
            hole = (hole + 1) & mask;
        }

        if (!entries[hole].Used)
        {
            return;
        }

        for (int i = (hole + 1) & mask; entries[i].Used; i = (i + 1) & mask)
        {
            int home = (int)entries[i].Key & mask;
            if (((i - home) & mask) >= ((i - hole) & mask))
            {
                entries[hole] = entries[i];
                hole = i;
            }
        }

        entries[hole] = default;
        shard.Count--;
        Count--;
    }

    /// <summary>Removes all keys.</summary>
    public void Clear()
    {
        Array.Clear(_shards);
        Count = 0;
    }

    private static ref Entry Locate(Entry[] entries, ulong key)
    {
        int mask = entries.Length - 1;
        int i = (int)key & mask;
        while (entries[i].Used && entries[i].Key != key)
        {
            i = (i + 1) & mask;
        }

        return ref entries[i];
    }

    private static Entry[] Grow(Entry[] entries)
    {
        Entry[] larger = new Entry[entries.Length * 2];
        foreach (ref readonly Entry entry in entries.AsSpan())
        {
            if (entry.Used)
            {
                Locate(larger, entry.Key) = entry;
            }
        }

        return larger;
    }

    private struct Shard
    {
        public Entry[]? Entries;
        public int Count;
    }

    private struct Entry
    {
        public ulong Key;
        public int Value;
        public bool Used;
    }
}
