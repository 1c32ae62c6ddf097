using Freshet.Core.Events;

namespace Freshet.Samples.Joining;

/// <summary>State of one impression identity, or of behaviours whose impression has not come (an orphan's identity).</summary>
internal struct Identity
{
    public IdentityKey Key;

    /// <summary>Event time of the first impression.</summary>
    public long ShownAt;

    /// <summary>Cumulative mode: the first time at which a behaviour is late.</summary>
    public long HorizonEnd;

    /// <summary>Once the watermark is later than this, what comes is expired.</summary>
    public long ExpiresAt;

    /// <summary>Window mode: shown_at of the newest entry.</summary>
    public long EntryAt;

    /// <summary>The first impression among the kept events; -1 = none yet.</summary>
    public int FirstImpression;

    /// <summary>Row of the first impression's snapshot.</summary>
    public int Row;

    public int Repeats;

    /// <summary>The day under which it is filed.</summary>
    public int Day;

    /// <summary>Newest kept behaviour by (at, event_id); -1 = none.</summary>
    public int Behaviours;

    /// <summary>Impression that arrived last; -1 = none.</summary>
    public int Impressions;

    /// <summary>Bit i: label i was 1 at some moment (<see cref="Delays.LabelNews"/>).</summary>
    public uint KnownLabels;

    /// <summary>Sum of the positive values of its behaviours with conditions on sums: no sum of theirs is greater.</summary>
    public double ValueSum;

    /// <summary>Whether the place is in use.</summary>
    public bool IsAlive;

    /// <summary>Whether the key leads here; false once expired.</summary>
    public bool IsKnown;

    /// <summary>Window mode: the newest entry has not left.</summary>
    public bool IsOpen;

    /// <summary>Immediate mode: the first row has left.</summary>
    public bool HasLeft;

    public readonly bool IsOrphan => FirstImpression < 0;
}
