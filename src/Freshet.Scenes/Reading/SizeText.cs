using System.Globalization;

namespace Freshet.Scenes.Reading;

/// <summary>Sizes as scene files write them: <c>0kB</c>, <c>500kB</c>, <c>100MB</c>, <c>2GB</c>. A kB is 1,000 bytes.</summary>
public static class SizeText
{
    /// <summary>Largest size, in bytes: 1,000,000 GB.</summary>
    public const long Most = 1_000_000_000_000_000;

    /// <summary>A whole number and a unit; at most <see cref="Most"/> bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length < 3 || !long.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            return false;
        }

        long unit = text[^2..] switch { "kB" => 1_000, "MB" => 1_000_000, "GB" => 1_000_000_000, _ => 0 };
        if (unit == 0 || count > Most / unit)
        {
            return false;
        }

        bytes = count * unit;
        return true;
    }
}
