using Freshet.Scenes;

namespace Freshet.Models.Inputs;

/// <summary>How a slot finds and learns its rows.</summary>
internal readonly struct SlotInput(Slot slot, int table)
{
    /// <summary>Its table among those of the model.</summary>
    public int Table { get; } = table;

    /// <summary>Whether bags are averaged; else summed.</summary>
    public bool IsMean { get; } = slot.Pooling == Pooling.Mean;

    private int Full { get; } = slot.Admission.Rule == AdmissionRule.None ? 1 : slot.Admission.Full;

    private int Incremental { get; } = slot.Admission.Rule == AdmissionRule.None ? 1 : slot.Admission.Incremental;

    private bool IsFrozen { get; } = slot.Freeze != Freeze.None;

    /// <summary>Whether each sighting may admit an id.</summary>
    public bool IsPoisson { get; } = slot.Admission.Rule == AdmissionRule.Poisson;

    /// <summary>Whether the sightings of a run are counted before it learns.</summary>
    public bool CountsAhead { get; } = slot.Admission is { Rule: AdmissionRule.Hard, Count: AdmissionCount.Batch };

    /// <summary>Whether increments go on from the counts before them.</summary>
    public bool Carries { get; } = slot.Admission.Carry;

    /// <summary>Sightings at which an id gets a row.</summary>
    public int Threshold(LearnPhase phase) => phase == LearnPhase.Base ? Full : Incremental;

    /// <summary>Whether rows learn, and ids are sighted.</summary>
    public bool Learns(LearnPhase phase) => phase == LearnPhase.Base || !IsFrozen;
}
