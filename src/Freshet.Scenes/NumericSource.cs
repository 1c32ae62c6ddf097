namespace Freshet.Scenes;

/// <summary>A number of a request.</summary>
public sealed record NumericSource
{
    /// <summary>Where it comes from.</summary>
    public required NumericKind Kind { get; init; }

    /// <summary>Index in <see cref="Scene.Counters"/>, for counts and rates.</summary>
    public int Counter { get; init; } = -1;

    /// <summary>Index in <see cref="Scene.Behaviours"/>; -1 = impressions. For counts and rates.</summary>
    public int Behaviour { get; init; } = -1;

    /// <summary>For counts and rates.</summary>
    public CounterWindow Window { get; init; }

    /// <summary>The field, for <see cref="NumericKind.Field"/>.</summary>
    public Selector? Field { get; init; }
}
