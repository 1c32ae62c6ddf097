namespace Freshet.Scenes;

/// <summary>When the sightings that admit an id are counted.</summary>
public enum AdmissionCount
{
    /// <summary>As samples are learnt: an id has a row from the sighting that reaches the threshold on.</summary>
    Sighting,

    /// <summary>Before a base or an increment learns, over all of its samples: an id that reaches the threshold in it has a row from its first sample on.</summary>
    Batch,
}
