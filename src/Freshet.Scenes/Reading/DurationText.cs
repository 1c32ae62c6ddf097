using System.Globalization;

namespace Freshet.Scenes.Reading;

/// <summary>Durations as scene files write them: <c>30s</c>, <c>15m</c>, <c>2h</c>, <c>7d</c>.</summary>
public static class DurationText
{
    /// <summary>A whole number and a unit; at most 10,000 days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        long seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => -1 };
        if (seconds < 0 || count * seconds > 10_000L * 86400)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(count * seconds);
        return true;
    }

    /// <summary>The shortest text that means <paramref name="duration"/>, which is whole seconds.</summary>
    public static string Format(TimeSpan duration)
    {
        long seconds = (long)duration.TotalSeconds;
        return seconds switch
        {
            0 => "0s",
            _ when seconds % 86400 == 0 => $"{seconds / 86400}d",
            _ when seconds % 3600 == 0 => $"{seconds / 3600}h",
            _ when seconds % 60 == 0 => $"{seconds / 60}m",
            _ => $"{seconds}s",
        };
    }
}
