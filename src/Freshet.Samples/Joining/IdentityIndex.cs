using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Freshet.Core.Events;
using Freshet.Native.Memory;

namespace Freshet.Samples.Joining;

/// <summary>From identity keys to places: open addressing with linear probing, in shards that grow each for itself.</summary>
/// <remarks>
/// A slot is 8 bytes: 32 bits of the key, and the place + 1 (0 = empty). The bits of the key tell where the slot belongs, so
/// growing and removing read no identity; whole keys are compared at the identity. Removing moves the slots behind up, so there
/// are no graves. Made anew from the identities on restart.
/// </remarks>
internal sealed class IdentityIndex
{
    private const int ShardBits = 4;
    private const int SmallestSlots = 16;
    private const int BucketBits = 10;
    private const int Buckets = 1 << BucketBits;
    private readonly Shard[] _shards = new Shard[1 << ShardBits];

    public IdentityIndex()
    {
        for (int i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new Shard(SmallestSlots);
        }
    }

    /// <summary>Memory reserved, in bytes.</summary>
    public long Bytes
    {
        get
        {
            long slots = 0;
            foreach (Shard shard in _shards)
            {
                slots += shard.Length;
            }

            return slots * sizeof(ulong);
        }
    }

    /// <summary>Starts to load the slots in which the key will be looked for.</summary>
    public void Prefetch(in IdentityKey key) => ShardOf(key).Prefetch(TagOf(key));

    /// <summary>Place of the identity; -1 = unknown.</summary>
    public int Find(in IdentityKey key, Pool<Identity> identities)
    {
        ref Shard shard = ref ShardOf(key);
        uint tag = TagOf(key);
        ulong slot;
        for (int at = shard.Home(tag); (slot = shard[at]) != 0; at = shard.Next(at))
        {
            if ((uint)(slot >> 32) == tag)
            {
                int place = PlaceOf(slot);
                if (identities[place].Key == key)
                {
                    return place;
                }
            }
        }

        return -1;
    }

    /// <summary>Lets a key, which leads nowhere yet, lead to <paramref name="place"/>.</summary>
    public void Add(in IdentityKey key, int place)
    {
        ref Shard shard = ref ShardOf(key);
        if (shard.IsFull)
        {
            var grown = new Shard(shard.Length * 2);
            for (int at = 0; at < shard.Length; at++)
            {
                if (shard[at] != 0)
                {
                    grown.Put(shard[at]);
                }
            }

            shard.Dispose();
            shard = grown;
        }

        shard.Put(SlotOf(key, place));
    }

    /// <summary>Lets a key lead nowhere.</summary>
    public void Remove(in IdentityKey key, int place)
    {
        ref Shard shard = ref ShardOf(key);
        ulong wanted = SlotOf(key, place);
        int at = shard.Home(TagOf(key));
        while (shard[at] != wanted)
        {
            at = shard.Next(at);
        }

        shard.RemoveAt(at);
    }

    /// <summary>Makes an empty index of all identities that are known.</summary>
    /// <remarks>Slots are laid out by where they belong first, so that each part of the index is filled while the cache holds it.</remarks>
    public void Restore(Pool<Identity> identities)
    {
        int[] starts = new int[Buckets + 1];
        int count = 0;
        for (int place = 0; place < identities.Count; place++)
        {
            ref readonly Identity identity = ref identities[place];
            if (identity.Has(IdentityFlags.Known))
            {
                starts[BucketOf(identity.Key) + 1]++;
                count++;
            }
        }

        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            starts[bucket + 1] += starts[bucket];
        }

        int[] next = starts[..Buckets];
        ulong[] slots = new ulong[count];
        for (int place = 0; place < identities.Count; place++)
        {
            ref readonly Identity identity = ref identities[place];
            if (identity.Has(IdentityFlags.Known))
            {
                slots[next[BucketOf(identity.Key)]++] = SlotOf(identity.Key, place);
            }
        }

        const int PerShard = Buckets >> ShardBits;
        for (int number = 0; number < _shards.Length; number++)
        {
            ReadOnlySpan<ulong> own = slots.AsSpan(starts[number * PerShard]..starts[(number + 1) * PerShard]);
            ref Shard shard = ref _shards[number];
            shard.Dispose();
            shard = new Shard((int)Math.Max(SmallestSlots, BitOperations.RoundUpToPowerOf2(((uint)own.Length / 3 * 4) + 4)));
            foreach (ulong slot in own)
            {
                shard.Put(slot);
            }
        }
    }

    /// <summary>Shard, then the first bits of where the slot belongs in it.</summary>
    private static int BucketOf(in IdentityKey key) =>
        (int)((key.High >> (64 - ShardBits) << (BucketBits - ShardBits)) | (TagOf(key) >> (32 - BucketBits + ShardBits)));

    private static ulong SlotOf(in IdentityKey key, int place) => ((ulong)TagOf(key) << 32) | (uint)(place + 1);

    private static uint TagOf(in IdentityKey key) => (uint)key.High;

    private static int PlaceOf(ulong slot) => (int)(uint)slot - 1;

    private ref Shard ShardOf(in IdentityKey key) => ref _shards[key.High >> (64 - ShardBits)];

    [SuppressMessage("Design", "CA1001", Justification = "Disposed of by the index; the last one is freed by its finalizer.")]
    private struct Shard
    {
        private readonly RecordBlocks<ulong> _slots = new();
        private readonly int _shift;
        private int _count;

        public Shard(int length)
        {
            Length = length;
            _shift = 32 - BitOperations.Log2((uint)length);
            _slots.Reserve(length);
            for (int at = 0; at < length; at++)
            {
                _slots[at] = 0;
            }
        }

        /// <summary>Slots, a power of two.</summary>
        public int Length { get; }

        public readonly bool IsFull => _count >= Length / 4 * 3;

        public readonly ref ulong this[int at]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ref _slots[at];
        }

        public readonly void Prefetch(uint tag) => _slots.Prefetch(Home(tag));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Home(uint tag) => (int)(tag >> _shift);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Next(int at) => (at + 1) & (Length - 1);

        public void Put(ulong slot)
        {
            int at = Home((uint)(slot >> 32));
            while (_slots[at] != 0)
            {
                at = Next(at);
            }

            _slots[at] = slot;
            _count++;
        }

        /// <summary>Empties a slot; what was put behind it only because it was taken moves up.</summary>
        public void RemoveAt(int at)
        {
            for (int next = Next(at); _slots[next] != 0; next = Next(next))
            {
                int home = Home((uint)(_slots[next] >> 32));
                if (((next - home) & (Length - 1)) >= ((next - at) & (Length - 1)))
                {
                    _slots[at] = _slots[next];
                    at = next;
                }
            }

            _slots[at] = 0;
            _count--;
        }

        public readonly void Dispose() => _slots.Dispose();
    }
}
