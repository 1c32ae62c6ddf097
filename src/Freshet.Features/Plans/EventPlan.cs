namespace Freshet.Features.Plans;

/// <summary>What an event of one type does. Several may hold: a type can be a signal and a behaviour.</summary>
internal sealed class EventPlan
{
    /// <summary>It is an impression.</summary>
    public bool IsImpression { get; init; }

    /// <summary>It sets fields of the user or item it names.</summary>
    public bool SetsFields { get; init; }

    /// <summary>It wins over a profile of the same time.</summary>
    public bool IsStatus { get; init; }

    /// <summary>Number of the user's first field that it replaces, for signals.</summary>
    public int FirstSignalField { get; set; }

    /// <summary>UTF-8 names of those fields in the event; empty = it is no signal, or one that nothing reads.</summary>
    public byte[][] SignalFields { get; set; } = [];

    /// <summary>Indices of the scene's behaviours that may come from it.</summary>
    public List<int> Behaviours { get; } = [];

    /// <summary>Place of its sum of values among an identity's sums; -1 = no condition needs one.</summary>
    public int Sum { get; set; } = -1;
}
