namespace Freshet.Scenes;

/// <summary>A comparison with a threshold.</summary>
public enum Comparison
{
    /// <summary>&gt;=</summary>
    AtLeast,

    /// <summary>&gt;</summary>
    MoreThan,

    /// <summary>&lt;=</summary>
    AtMost,

    /// <summary>&lt;</summary>
    LessThan,
}
