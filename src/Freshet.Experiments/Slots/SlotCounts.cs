namespace Freshet.Experiments.Slots;

/// <summary>How often the ids of a slot were seen.</summary>
internal sealed class SlotCounts
{
    private readonly HashSet<(ulong Id, ulong Visit)> _seen = [];

    /// <summary>Sightings by id.</summary>
    public Dictionary<ulong, long> Sightings { get; } = [];

    /// <summary>Visits by id. What a user sees in one visit hangs together: it is no more than one draw of a distribution.</summary>
    public Dictionary<ulong, long> Visits { get; } = [];

    public void Add(ulong id, ulong visit)
    {
        Sightings[id] = Sightings.GetValueOrDefault(id) + 1;
        if (_seen.Add((id, visit)))
        {
            Visits[id] = Visits.GetValueOrDefault(id) + 1;
        }
    }
}
