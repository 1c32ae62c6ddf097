namespace Freshet.Scenes;

/// <summary>What the loss of a regression compares.</summary>
public enum TargetScale
{
    /// <summary>sign(x)·ln(1 + |x|): a factor counts, not a difference.</summary>
    Log1p,

    /// <summary>The value as it is.</summary>
    None,
}
