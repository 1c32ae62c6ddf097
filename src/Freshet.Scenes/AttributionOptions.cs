namespace Freshet.Scenes;

/// <summary>Settings of attribution.</summary>
public sealed record AttributionOptions
{
    /// <summary>Default: cumulative.</summary>
    public AttributionMode Mode { get; init; } = AttributionMode.Cumulative;

    /// <summary>
    /// Cumulative and immediate: a fixed time after the impression in which labels count. Null (default): the end of the scene's day plus
    /// <see cref="Grace"/>.
    /// </summary>
    public TimeSpan? Horizon { get; init; }

    /// <summary>Added to the end of the day where <see cref="Horizon"/> is null, &gt;= 0. Default: 2 h.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Immediate: how long the first row waits, &gt;= 0. At 0 (default) it leaves at once as a negative, and every label is a row of its own.
    /// </summary>
    public TimeSpan EmitAfter { get; init; }

    /// <summary>Cumulative: younger identities are held back at a cutoff, &gt;= 0. Default: 10 min.</summary>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far the watermark stays behind the clock, &gt;= 0. Default: 1 min.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A time further ahead of the clock is believed once the next eight events confirm it; one further ahead of its <c>received_at</c> is not believed. Default: 1 h.</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a behaviour waits for its impression, in event time. Default: 10 min.</summary>
    public TimeSpan OrphanWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A partition without events for this long does not hold the watermark. Default: 5 min.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Days that state is kept after an identity's horizon, 0 to 30. Default: 1.</summary>
    public int RetainDays { get; init; } = 1;
}
