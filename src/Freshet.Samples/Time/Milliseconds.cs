namespace Freshet.Samples.Time;

/// <summary>Durations of the scene as whole milliseconds, the unit of event time.</summary>
internal static class Milliseconds
{
    public const long Day = 86_400_000;

    public static long Of(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;
}
