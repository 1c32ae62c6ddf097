using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Features.Windows;

/// <summary>How a window is cut: 5 min = 5 × 1 min, 1 h = 12 × 5 min, 24 h = 24 × 1 h.</summary>
/// <remarks>
/// Buckets are aligned to the epoch: bucket b holds [b·width, (b+1)·width). The window that ends at t is the bucket of t,
/// which is filling, and the n − 1 before it: it covers between (n − 1)/n of its span and all of it.
/// </remarks>
internal static class WindowSpan
{
    /// <summary>Buckets of <paramref name="window"/>.</summary>
    public static int Buckets(CounterWindow window) => window switch
    {
        CounterWindow.FiveMinutes => 5,
        CounterWindow.Hour => 12,
        _ => 24,
    };

    /// <summary>The bucket that holds <paramref name="minute"/> (minutes since the epoch).</summary>
    public static int Bucket(CounterWindow window, int minute) => window switch
    {
        CounterWindow.FiveMinutes => minute,
        CounterWindow.Hour => minute / 5,
        _ => minute / 60,
    };

    /// <summary>Minutes since the epoch.</summary>
    public static int Minute(long at) => (int)(at / Milliseconds.Minute);
}
