namespace Freshet.Scenes;

/// <summary>What admits an id.</summary>
public enum AdmissionRule
{
    /// <summary>The sighting that reaches the threshold.</summary>
    Hard,

    /// <summary>Each sighting with the chance that the id will reach the threshold, were its sightings a Poisson process; at the latest the one that does.</summary>
    Poisson,

    /// <summary>The first sighting.</summary>
    None,
}
