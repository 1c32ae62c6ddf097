using Freshet.Core.Events;

namespace Freshet.Samples.Joining;

/// <summary>State of one impression identity, or of behaviours whose impression has not come (an orphan's identity).</summary>
/// <remarks>
/// 72 bytes; written to checkpoints as it lies in memory, so changing it needs a new format version:
/// key 16 · shown_at 8 · expires_at 8 · first impression 4 · entry 4 · repeats 4 · day 4 · behaviours 4 · impressions 4 ·
/// known labels 4 · value sum 4 · filter 4 · events 1 · flags 1 · zeros 2.
/// </remarks>
internal struct Identity : IPooled
{
    /// <summary>The most events that <see cref="Events"/> counts: from there on it stays.</summary>
    public const byte ManyEvents = 16;

    public IdentityKey Key;

    /// <summary>Event time of the first impression.</summary>
    public long ShownAt;

    /// <summary>Once the watermark is later than this, what comes is expired.</summary>
    public long ExpiresAt;

    /// <summary>The first impression among the kept events; -1 = none yet.</summary>
    public int FirstImpression;

    /// <summary>Window mode: the impression of the newest entry; -1 = none yet.</summary>
    public int Entry;

    public int Repeats;

    /// <summary>The day under which it is filed.</summary>
    public int Day;

    /// <summary>Newest kept behaviour by (at, event_id); -1 = none. Of a free place: the next free one.</summary>
    public int Behaviours;

    /// <summary>Impression that arrived last; -1 = none.</summary>
    public int Impressions;

    /// <summary>Bit i: label i was 1 at some moment (<see cref="Delays.LabelNews"/>).</summary>
    public uint KnownLabels;

    /// <summary>At least the sum of the positive values of its behaviours with conditions on sums: no sum of theirs is greater.</summary>
    public float ValueSum;

    /// <summary>Bit h of the hash of each kept event_id: an event whose bit is not set was not seen.</summary>
    public uint Filter;

    /// <summary>Kept events, up to <see cref="ManyEvents"/>.</summary>
    public byte Events;

    public IdentityFlags Flags;

    public readonly bool IsOrphan => FirstImpression < 0;

    public bool IsAlive
    {
        readonly get => Has(IdentityFlags.Alive);
        set => Set(IdentityFlags.Alive, value);
    }

    public readonly bool IsOpen => Has(IdentityFlags.Open);

    int IPooled.NextFree
    {
        readonly get => Behaviours;
        set => Behaviours = value;
    }

    /// <summary>The bit of an event_id in <see cref="Filter"/>.</summary>
    public static uint FilterBit(ulong idHash) => 1u << (int)(idHash >> 59);

    public readonly bool Has(IdentityFlags flag) => (Flags & flag) != 0;

    public void Set(IdentityFlags flag, bool value) => Flags = value ? Flags | flag : Flags & ~flag;
}
