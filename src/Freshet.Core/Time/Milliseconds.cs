namespace Freshet.Core.Time;

/// <summary>Whole milliseconds, the unit of event time.</summary>
public static class Milliseconds
{
    /// <summary>Of a second.</summary>
    public const long Second = 1_000;

    /// <summary>Of a minute.</summary>
    public const long Minute = 60 * Second;

    /// <summary>Of an hour.</summary>
    public const long Hour = 60 * Minute;

    /// <summary>Of 24 hours; a day of a scene may be longer or shorter.</summary>
    public const long Day = 24 * Hour;

    /// <summary>Those of <paramref name="duration"/>; a part of one is left out.</summary>
    public static long Of(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;
}
