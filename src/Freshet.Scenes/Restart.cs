namespace Freshet.Scenes;

/// <summary>Where an increment starts from.</summary>
public enum Restart
{
    /// <summary>From the latest base, with all of today's attributed samples.</summary>
    Base,

    /// <summary>From the last increment, with only what is new.</summary>
    Previous,
}
