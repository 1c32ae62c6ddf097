namespace Freshet.Samples.Joining;

/// <summary>What stays of an event in the state of its identity.</summary>
internal struct KeptEvent
{
    public long At;

    /// <summary>Behaviours: the event's value, or NaN.</summary>
    public double Value;

    /// <summary>Hash of the event_id, unique within the identity.</summary>
    public ulong IdHash;

    public ulong Content;

    /// <summary>The event_id in the text store: of behaviours and the first impression, for order among equal times.</summary>
    public long Id;

    /// <summary>The next older kept event of the identity; -1 at the end.</summary>
    public int Next;

    public int Identity;

    /// <summary>Behaviours: code of the type.</summary>
    public int Type;

    /// <summary>Grows each time the place is used again: an old reference can tell.</summary>
    public int Generation;

    public BehaviourFate Fate;

    /// <summary>Behaviours: joined, but earlier than the impression.</summary>
    public bool BeforeImpression;

    /// <summary>Impressions, window mode: a sample has this event's time as shown_at.</summary>
    public bool IsEntry;
}
