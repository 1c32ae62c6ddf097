namespace Freshet.Scenes;

/// <summary>Real-time windows of impressions and of every behaviour, over a key.</summary>
public sealed record Counter
{
    /// <summary>Name, used in sources: <c>rate.NAME.click.1h</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The key: 1 to 4 values whose tuple is counted. An event where one of them is absent is not counted.</summary>
    public required IReadOnlyList<Selector> Key { get; init; }

    /// <summary>Impressions' worth of prior in a smoothed rate, &gt; 0. Default: 20.</summary>
    public double PriorWeight { get; init; } = 20;
}
