namespace Freshet.Scenes;

/// <summary>Ranking.</summary>
public sealed record ServingOptions
{
    /// <summary>[behaviours] exponent of each task in the ranking value Π p^exponent, in the scene's order. Empty: the first task alone.</summary>
    public IReadOnlyList<double> Exponents { get; init; } = [];

    /// <summary>Share of requests' places filled at random, in [0, 1]; keeps new items known. Default: 0.1.</summary>
    public double Exploration { get; init; } = 0.1;
}
