namespace Freshet.Scenes;

/// <summary>How samples get their labels (docs/joining.md).</summary>
public enum AttributionMode
{
    /// <summary>An impression waits for its longest window and leaves once.</summary>
    Window,

    /// <summary>One sample per identity with everything that has arrived by the cutoff.</summary>
    Cumulative,

    /// <summary>A negative leaves at once, each label leaves again when it comes.</summary>
    Immediate,
}
