namespace Freshet.Scenes;

/// <summary>What a base starts from.</summary>
public enum BaseStart
{
    /// <summary>From initial values, with the whole base window.</summary>
    Scratch,

    /// <summary>From the base before, with the samples that are new since.</summary>
    Previous,
}
