namespace Freshet.Scenes;

/// <summary>Closeness of a user and an item: Σ weight·2^(−age ÷ half-life) over their behaviours, as ln(1 + sum).</summary>
public sealed record ClosenessOptions
{
    /// <summary>Age at which a behaviour counts half, &gt; 0. Default: 3 days.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(3);

    /// <summary>[behaviours] weight of each, &gt;= 0, in the scene's order. Empty: 1 each.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];
}
