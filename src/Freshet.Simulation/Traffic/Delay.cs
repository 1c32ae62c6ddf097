using Freshet.Core;
using Freshet.Core.Time;

namespace Freshet.Simulation.Traffic;

/// <summary>How long things take, in ms. Log-normal: median·e^(σ·N(0, 1)).</summary>
internal static class Delay
{
    private const double SecondMs = 1_000;

    /// <summary>Share of clicks that take minutes: the user reads on first.</summary>
    public const double SlowClickShare = 0.08;

    /// <summary>From request to page: 100 to 600 ms.</summary>
    public static long Render(ref SplitMix64 random) => 100 + random.NextBelow(501);

    /// <summary>From looking at the page to the click: median 6 s (σ 1.1), a share of median 4 min (σ 1); at most 3 h.</summary>
    public static long Click(ref SplitMix64 random)
    {
        bool slow = random.NextDouble() < SlowClickShare;
        return LogNormal(ref random, slow ? 4 * Milliseconds.Minute : 6 * SecondMs, slow ? 1.0 : 1.1, 300, 180 * Milliseconds.Minute);
    }

    /// <summary>From event to log: median 1.2 s (σ 0.8).</summary>
    public static long Network(ref SplitMix64 random) => LogNormal(ref random, 1.2 * SecondMs, 0.8, 50, 10 * Milliseconds.Minute);

    /// <summary>Without network: median 20 min (σ 0.7).</summary>
    public static long Offline(ref SplitMix64 random) => LogNormal(ref random, 20 * Milliseconds.Minute, 0.7, Milliseconds.Minute, 360 * Milliseconds.Minute);

    /// <summary>From the first copy of an event to the second: median 30 s (σ 1.5).</summary>
    public static long Duplicate(ref SplitMix64 random) => LogNormal(ref random, 30 * SecondMs, 1.5, 100, 180 * Milliseconds.Minute);

    /// <summary>A phone asleep: the options' median (σ 0.9), at least 5 min, at most a day.</summary>
    public static long Sleep(ref SplitMix64 random, TimeSpan median) =>
        LogNormal(ref random, median.TotalMilliseconds, 0.9, 5 * Milliseconds.Minute, 1440 * Milliseconds.Minute);

    /// <summary>Time in the room, growing with affinity: median 28 s·e^(0.5·affinity) (σ 1.2), 1 s to 2 h.</summary>
    public static long Watch(ref SplitMix64 random, double affinity) =>
        LogNormal(ref random, 28 * SecondMs * Math.Exp(0.5 * affinity), 1.2, SecondMs, 120 * Milliseconds.Minute);

    /// <summary>From leaving a room to opening it again: median 40 s (σ 1).</summary>
    public static long Return(ref SplitMix64 random) => LogNormal(ref random, 40 * SecondMs, 1.0, SecondMs, 30 * Milliseconds.Minute);

    private static long LogNormal(ref SplitMix64 random, double median, double sigma, double least, double most) =>
        (long)Math.Clamp(median * Math.Exp(sigma * random.NextNormal()), least, most);
}
