using System.IO.Hashing;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;

namespace Freshet.Samples.Joining;

/// <summary>All identities and the events kept for them. Places are used again, so a steady stream allocates nothing.</summary>
/// <remarks>
/// An event_id seen before is found by the identity's filter and its chains of events; an identity with
/// <see cref="Identity.ManyEvents"/> of them has its events in a map as well.
/// </remarks>
/// <param name="texts">Keeps the event_ids; null: all that fit.</param>
internal sealed class JoinState(TextStore? texts = null)
{
    private readonly IdentityIndex _known = new();
    private readonly Dictionary<EventKey, int> _seen = [];

    public Pool<Identity> Identities { get; } = new();

    public Pool<KeptEvent> Events { get; } = new();

    public TextStore Texts { get; } = texts ?? new();

    /// <summary>Identities that have an impression.</summary>
    public int Impressed { get; private set; }

    /// <summary>Kept behaviours of identities that have none.</summary>
    public int Orphans { get; private set; }

    /// <summary>Memory reserved, in bytes; the map of identities with many events at 40 bytes an event.</summary>
    public long Bytes => Identities.Bytes + Events.Bytes + Texts.Bytes + _known.Bytes + (_seen.Count * 40L);

    /// <summary>Starts to load what <see cref="Find"/> will look at; hash the event meanwhile.</summary>
    public void Prefetch(in IdentityKey key) => _known.Prefetch(key);

    /// <summary>Starts to load the newest events of an identity.</summary>
    public void PrefetchEvents(int index)
    {
        ref readonly Identity identity = ref Identities[index];
        Events.Prefetch(identity.Behaviours);
        Events.Prefetch(identity.Impressions);
    }

    /// <summary>Place of the identity; -1 = unknown.</summary>
    public int Find(in IdentityKey key) => _known.Find(key, Identities);

    /// <summary>Place of the kept event; -1 = not seen.</summary>
    public int FindEvent(int index, ulong idHash)
    {
        ref readonly Identity identity = ref Identities[index];
        if ((identity.Filter & Identity.FilterBit(idHash)) == 0)
        {
            return -1;
        }

        if (identity.Events == Identity.ManyEvents)
        {
            return _seen.GetValueOrDefault(new EventKey(index, idHash), -1);
        }

        int kept = FindIn(identity.Behaviours, idHash);
        return kept >= 0 ? kept : FindIn(identity.Impressions, idHash);
    }

    public static ulong HashOfId(BehaviourEvent e) => XxHash3.HashToUInt64(e.EventId);

    public static EventHash HashOf(BehaviourEvent e) => new(HashOfId(e), ContentHash.Of(e));

    public int AddIdentity(in IdentityKey key)
    {
        int index = Identities.Take();
        Identities.Change(index) = new Identity
        {
            Key = key,
            ShownAt = long.MinValue,
            ExpiresAt = long.MinValue,
            FirstImpression = -1,
            Entry = -1,
            Day = int.MinValue,
            Behaviours = -1,
            Impressions = -1,
            Flags = IdentityFlags.Alive | IdentityFlags.Known,
        };
        _known.Add(key, index);
        return index;
    }

    public int AddImpression(int index, BehaviourEvent e, in EventHash hash)
    {
        int kept = Keep(index, e, hash);
        ref Identity owner = ref Identities.Change(index);
        Events.Change(kept).Next = owner.Impressions;
        owner.Impressions = kept;
        return kept;
    }

    /// <summary>Keeps a behaviour in its place by (at, event_id); at the newest end when events come in order.</summary>
    public int AddBehaviour(int index, BehaviourEvent e, in EventHash hash, int type)
    {
        int kept = Keep(index, e, hash);
        ref KeptEvent added = ref Events.Change(kept);
        added.IsBehaviour = true;
        added.TypeOrRow = type;
        added.Id = Texts.Add(e.EventId);
        int newer = -1;
        int older = Identities[index].Behaviours;
        while (older >= 0 && IsBefore(added, Events[older]))
        {
            newer = older;
            older = Events[older].Next;
        }

        added.Next = older;
        if (newer < 0)
        {
            Identities.Change(index).Behaviours = kept;
        }
        else
        {
            Events.Change(newer).Next = kept;
        }

        Orphans += Identities[index].IsOrphan ? 1 : 0;
        return kept;
    }

    /// <summary>Whether an impression event is new to a known identity, and earlier than its first impression or the only one.</summary>
    public bool WouldBeFirst(BehaviourEvent e, int index)
    {
        if (FindEvent(index, HashOfId(e)) >= 0)
        {
            return false;
        }

        ref readonly Identity identity = ref Identities[index];
        if (identity.IsOrphan)
        {
            return true;
        }

        ref readonly KeptEvent first = ref Events[identity.FirstImpression];
        return e.At < first.At || (e.At == first.At && e.EventId.SequenceCompareTo(Texts.Get(first.Id)) < 0);
    }

    public void SetFirstImpression(ref Identity identity, int kept, BehaviourEvent e, int row)
    {
        if (!identity.IsOrphan)
        {
            ref KeptEvent former = ref Events.Change(identity.FirstImpression);
            Texts.Release(former.Id);
            former.Id = TextStore.None;
        }
        else
        {
            Impressed++;
            Orphans -= LengthOf(identity.Behaviours);
        }

        ref KeptEvent first = ref Events.Change(kept);
        first.Id = Texts.Add(e.EventId);
        first.TypeOrRow = row;
        identity.FirstImpression = kept;
        identity.ShownAt = e.At;
    }

    /// <summary>Row of the snapshot of an identity that has an impression.</summary>
    public int RowOf(in Identity identity) => Events[identity.FirstImpression].TypeOrRow;

    /// <summary>The event_id of the first impression of an identity that has one.</summary>
    public ReadOnlySpan<byte> FirstIdOf(in Identity identity) => Texts.Get(Events[identity.FirstImpression].Id);

    /// <summary>Makes the key free for another identity; the state stays until it is removed.</summary>
    public void Forget(int index)
    {
        ref Identity identity = ref Identities.Change(index);
        if (identity.Has(IdentityFlags.Known))
        {
            _known.Remove(identity.Key, index);
            identity.Set(IdentityFlags.Known, false);
        }
    }

    public void Remove(int index)
    {
        Forget(index);
        ref readonly Identity identity = ref Identities[index];
        bool isMany = identity.Events == Identity.ManyEvents;
        if (identity.IsOrphan)
        {
            Orphans -= LengthOf(identity.Behaviours);
        }
        else
        {
            Impressed--;
        }

        Remove(identity.Behaviours);
        Remove(identity.Impressions);
        Identities.Give(index);

        void Remove(int kept)
        {
            while (kept >= 0)
            {
                ref KeptEvent e = ref Events.Change(kept);
                if (isMany)
                {
                    _seen.Remove(new EventKey(index, e.IdHash));
                }

                Texts.Release(e.Id);
                e.Generation++;
                int next = e.Next;
                Events.Give(kept);
                kept = next;
            }
        }
    }

    /// <summary>Begins a checkpoint of what changed since the last freeze, or of everything.</summary>
    /// <param name="head">What the checkpoint is to hold beside the state.</param>
    /// <param name="everything">Whether it is to be whole by itself.</param>
    public JoinFreeze Freeze(byte[] head, bool everything) =>
        new(head, Identities.Freeze(everything), Events.Freeze(everything), Texts.Freeze(everything));

    /// <summary>Reads what a freeze wrote behind its head; at last <see cref="EndRestore"/>.</summary>
    public void Restore(CheckpointReader reader)
    {
        PoolFreeze<Identity>.Restore(reader, Identities);
        PoolFreeze<KeptEvent>.Restore(reader, Events);
        TextFreeze.Restore(reader, Texts);
    }

    /// <summary>Makes anew what follows from identities and events, after these are restored; on several threads.</summary>
    /// <param name="besides">What else follows from the identities alone; it may change nothing of them but <see cref="IdentityFlags.Changed"/>.</param>
    /// <returns>Behaviours that wait for their impression.</returns>
    public List<int> EndRestore(Action besides)
    {
        var pending = new List<int>();
        Parallel.Invoke(RestoreIdentities, besides, () => RestoreEvents(pending));
        return pending;
    }

    private void RestoreEvents(List<int> pending)
    {
        int alive = 0;
        for (int kept = 0; kept < Events.Count; kept++)
        {
            ref readonly KeptEvent e = ref Events[kept];
            if (!e.IsAlive)
            {
                continue;
            }

            alive++;
            Texts.Count(e.Id);
            if (e.IsPending)
            {
                pending.Add(kept);
            }
        }

        Events.EndRestore(alive);
        Texts.EndRestore();
    }

    private void RestoreIdentities()
    {
        int alive = 0;
        (Impressed, Orphans) = (0, 0);
        for (int index = 0; index < Identities.Count; index++)
        {
            ref readonly Identity identity = ref Identities[index];
            alive += identity.IsAlive ? 1 : 0;
            Impressed += identity.IsAlive && !identity.IsOrphan ? 1 : 0;
            Orphans += identity.IsAlive && identity.IsOrphan ? LengthOf(identity.Behaviours) : 0;
            if (identity.IsAlive && identity.Events == Identity.ManyEvents)
            {
                RememberAll(index);
            }
        }

        Identities.EndRestore(alive);
        _known.Restore(Identities);
    }

    private int Keep(int index, BehaviourEvent e, in EventHash hash)
    {
        ulong idHash = hash.Id;
        int kept = Events.Take();
        ref KeptEvent place = ref Events.Change(kept);
        place = new KeptEvent
        {
            At = e.At,
            Value = e.Value,
            IdHash = idHash,
            Content = hash.Content,
            Id = TextStore.None,
            Next = -1,
            Generation = place.Generation,
            IsAlive = true,
        };
        ref Identity owner = ref Identities.Change(index);
        owner.Filter |= Identity.FilterBit(idHash);
        if (owner.Events == Identity.ManyEvents)
        {
            _seen[new EventKey(index, idHash)] = kept;
        }
        else if (++owner.Events == Identity.ManyEvents)
        {
            RememberAll(index);
            _seen[new EventKey(index, idHash)] = kept; // not in a chain yet
        }

        return kept;
    }

    private void RememberAll(int index)
    {
        Remember(Identities[index].Behaviours);
        Remember(Identities[index].Impressions);

        void Remember(int kept)
        {
            for (; kept >= 0; kept = Events[kept].Next)
            {
                _seen[new EventKey(index, Events[kept].IdHash)] = kept;
            }
        }
    }

    private int LengthOf(int kept)
    {
        int length = 0;
        for (; kept >= 0; kept = Events[kept].Next)
        {
            length++;
        }

        return length;
    }

    private int FindIn(int kept, ulong idHash)
    {
        while (kept >= 0 && Events[kept].IdHash != idHash)
        {
            kept = Events[kept].Next;
        }

        return kept;
    }

    private bool IsBefore(in KeptEvent left, in KeptEvent right) =>
        left.At < right.At || (left.At == right.At && Texts.Get(left.Id).SequenceCompareTo(Texts.Get(right.Id)) < 0);
}
