using System.IO.Hashing;
using Freshet.Core.Events;

namespace Freshet.Samples.Joining;

/// <summary>All identities and the events kept for them. Places are used again, so a steady stream allocates nothing.</summary>
internal sealed class JoinState
{
    private readonly Dictionary<IdentityKey, int> _known = [];
    private readonly Dictionary<EventKey, int> _seen = [];

    public Pool<Identity> Identities { get; } = new();

    public Pool<KeptEvent> Events { get; } = new();

    public TextStore Texts { get; } = new();

    /// <summary>Place of the identity; -1 = unknown.</summary>
    public int Find(in IdentityKey key) => _known.GetValueOrDefault(key, -1);

    /// <summary>Place of the kept event; -1 = not seen.</summary>
    public int FindEvent(int identity, ulong idHash) => _seen.GetValueOrDefault(new EventKey(identity, idHash), -1);

    public static ulong HashOfId(BehaviourEvent e) => XxHash3.HashToUInt64(e.EventId);

    public int AddIdentity(in IdentityKey key)
    {
        int identity = Identities.Take();
        Identities[identity] = new Identity
        {
            Key = key,
            ShownAt = long.MinValue,
            HorizonEnd = long.MinValue,
            ExpiresAt = long.MinValue,
            FirstImpression = -1,
            Row = -1,
            Day = int.MinValue,
            Behaviours = -1,
            Impressions = -1,
            IsAlive = true,
            IsKnown = true,
        };
        _known[key] = identity;
        return identity;
    }

    public int AddImpression(int identity, BehaviourEvent e, ulong idHash)
    {
        int kept = Keep(identity, e, idHash);
        ref Identity owner = ref Identities[identity];
        Events[kept].Next = owner.Impressions;
        owner.Impressions = kept;
        return kept;
    }

    /// <summary>Keeps a behaviour in its place by (at, event_id); at the newest end when events come in order.</summary>
    public int AddBehaviour(int identity, BehaviourEvent e, ulong idHash, int type)
    {
        int kept = Keep(identity, e, idHash);
        ref KeptEvent added = ref Events[kept];
        added.Type = type;
        added.Id = Texts.Add(e.EventId);
        ref int link = ref Identities[identity].Behaviours;
        while (link >= 0 && IsBefore(added, Events[link]))
        {
            link = ref Events[link].Next;
        }

        added.Next = link;
        link = kept;
        return kept;
    }

    /// <summary>Whether an event is earlier than the identity's first impression.</summary>
    public bool IsBeforeFirst(BehaviourEvent e, in Identity identity)
    {
        ref KeptEvent first = ref Events[identity.FirstImpression];
        return e.At < first.At || (e.At == first.At && e.EventId.SequenceCompareTo(Texts.Get(first.Id)) < 0);
    }

    public void SetFirstImpression(ref Identity identity, int kept, BehaviourEvent e)
    {
        if (!identity.IsOrphan)
        {
            ref KeptEvent former = ref Events[identity.FirstImpression];
            Texts.Release(former.Id);
            former.Id = TextStore.None;
        }

        Events[kept].Id = Texts.Add(e.EventId);
        identity.FirstImpression = kept;
        identity.ShownAt = e.At;
    }

    /// <summary>Makes the key free for another identity; the state stays until it is removed.</summary>
    public void Forget(ref Identity identity)
    {
        if (identity.IsKnown)
        {
            _known.Remove(identity.Key);
            identity.IsKnown = false;
        }
    }

    public void Remove(int index)
    {
        ref Identity identity = ref Identities[index];
        Forget(ref identity);
        Remove(identity.Behaviours);
        Remove(identity.Impressions);
        identity.IsAlive = false;
        Identities.Give(index);

        void Remove(int kept)
        {
            while (kept >= 0)
            {
                ref KeptEvent e = ref Events[kept];
                _seen.Remove(new EventKey(index, e.IdHash));
                Texts.Release(e.Id);
                e.Generation++;
                Events.Give(kept);
                kept = e.Next;
            }
        }
    }

    private int Keep(int identity, BehaviourEvent e, ulong idHash)
    {
        int kept = Events.Take();
        ref KeptEvent place = ref Events[kept];
        place = new KeptEvent
        {
            At = e.At,
            Value = e.Value,
            IdHash = idHash,
            Content = ContentHash.Of(e),
            Id = TextStore.None,
            Next = -1,
            Identity = identity,
            Generation = place.Generation,
        };
        _seen[new EventKey(identity, idHash)] = kept;
        return kept;
    }

    private bool IsBefore(in KeptEvent left, in KeptEvent right) =>
        left.At < right.At || (left.At == right.At && Texts.Get(left.Id).SequenceCompareTo(Texts.Get(right.Id)) < 0);
}
