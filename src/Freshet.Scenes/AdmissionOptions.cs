namespace Freshet.Scenes;

/// <summary>When an id gets a row: once it was sighted often enough, or is likely to be.</summary>
public sealed record AdmissionOptions
{
    /// <summary>What admits an id. Default: hard.</summary>
    public AdmissionRule Rule { get; init; }

    /// <summary>When sightings are counted; slots of one table agree. Default: as they come.</summary>
    public AdmissionCount Count { get; init; }

    /// <summary>Sightings that admit an id in the base, &gt;= 1. Default: 1 (at first sight).</summary>
    public int Full { get; init; } = 1;

    /// <summary>Sightings, carried counts included, that admit an id in an increment, &gt;= 1. Default: 1.</summary>
    public int Incremental { get; init; } = 1;

    /// <summary>
    /// Whether an increment goes on from the sightings that were counted before it; slots of one table have the same. Default: true.
    /// </summary>
    public bool Carry { get; init; } = true;

    /// <summary>Counts in a sketch; slots of one table that count have the same. Default: none, counts are exact.</summary>
    public CountSketchOptions? Sketch { get; init; }

    /// <summary>The largest number of sightings that an id may wait for.</summary>
    public int Threshold => Rule == AdmissionRule.None ? 1 : Math.Max(Full, Incremental);
}
