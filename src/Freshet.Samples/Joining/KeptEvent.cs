namespace Freshet.Samples.Joining;

/// <summary>What stays of an event in the state of its identity.</summary>
/// <remarks>
/// 48 bytes; written to checkpoints as it lies in memory, so changing it needs a new format version: at 8 · value 8 ·
/// hash of the event_id 8 · content 4 · text 4 · next 4 · type or row 4 · generation 4 · fate 1 · flags 1 · zeros 2.
/// </remarks>
internal struct KeptEvent : IPooled
{
    public long At;

    /// <summary>Behaviours: the event's value, or NaN. Impressions: the number under which an entry opened (<see cref="EntryNumber"/>).</summary>
    public double Value;

    /// <summary>Hash of the event_id, unique within the identity.</summary>
    public ulong IdHash;

    /// <summary>32 bits of what the event says: another event of this id is conflicting, but for one chance in 2³².</summary>
    public uint Content;

    /// <summary>The event_id in the text store: of behaviours and the first impression, for order among equal times.</summary>
    public int Id;

    /// <summary>The next older kept event of the identity; -1 at the end. Of a free place: the next free one.</summary>
    public int Next;

    /// <summary>Behaviours: code of the type. The first impression: row of its snapshot.</summary>
    public int TypeOrRow;

    /// <summary>Grows each time the place is used again: an old reference can tell.</summary>
    public int Generation;

    private byte _fate;
    private Marks _marks;

    public BehaviourFate Fate
    {
        readonly get => (BehaviourFate)_fate;
        set => _fate = (byte)value;
    }

    /// <summary>Behaviours: code of the type.</summary>
    public readonly int Type => TypeOrRow;

    /// <summary>Impressions that wait to leave, window and immediate mode: who began earlier has less; those of one shown_at leave in this order.</summary>
    public long EntryNumber
    {
        readonly get => BitConverter.DoubleToInt64Bits(Value);
        set => Value = BitConverter.Int64BitsToDouble(value);
    }

    public bool IsAlive
    {
        readonly get => (_marks & Marks.Alive) != 0;
        set => Set(Marks.Alive, value);
    }

    /// <summary>Behaviours: joined, but earlier than the impression.</summary>
    public bool BeforeImpression
    {
        readonly get => (_marks & Marks.Before) != 0;
        set => Set(Marks.Before, value);
    }

    /// <summary>Impressions, window mode: a sample has this event's time as shown_at.</summary>
    public bool IsEntry
    {
        readonly get => (_marks & Marks.Entry) != 0;
        set => Set(Marks.Entry, value);
    }

    /// <summary>Behaviours without an impression: it waits.</summary>
    public readonly bool IsPending => IsAlive && (_marks & Marks.Behaviour) != 0 && Fate == BehaviourFate.Pending;

    /// <summary>Whether it is a behaviour.</summary>
    public bool IsBehaviour
    {
        readonly get => (_marks & Marks.Behaviour) != 0;
        set => Set(Marks.Behaviour, value);
    }

    int IPooled.NextFree
    {
        readonly get => Next;
        set => Next = value;
    }

    private void Set(Marks mark, bool value) => _marks = value ? _marks | mark : _marks & ~mark;

    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Alive = 1,
        Before = 2,
        Entry = 4,
        Behaviour = 8,
    }
}
