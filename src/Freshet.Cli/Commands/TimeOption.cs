using System.Globalization;
using Freshet.Cli.Output;

namespace Freshet.Cli.Commands;

/// <summary>Reads a moment that an option names.</summary>
internal static class TimeOption
{
    private static readonly string[] s_local = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF"];

    private static readonly string[] s_withOffset = [.. s_local.Skip(1).SelectMany(format => new[] { format + "zzz", format + "'Z'" })];

    /// <summary>ms since the epoch of <paramref name="text"/>: such a number, or ISO 8601, in <paramref name="zone"/> where it has no offset.</summary>
    /// <exception cref="WrongUseException">It is neither, or the zone's clocks skip it.</exception>
    public static long Read(string option, string text, TimeZoneInfo zone)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long ms) && Core.Time.SceneDays.Covers(ms))
        {
            return ms;
        }

        if (DateTimeOffset.TryParseExact(text, s_withOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset exact)
            && Core.Time.SceneDays.Covers(exact.ToUnixTimeMilliseconds()))
        {
            return exact.ToUnixTimeMilliseconds();
        }

        bool isTime = DateTime.TryParseExact(text, s_local, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local);
        if (isTime && zone.IsInvalidTime(local))
        {
            throw new WrongUseException($"{option} is '{text}', which the clocks of {zone.Id} skip. Give an offset, as in '2022-05-01T12:00+08:00'. Nothing was started.");
        }

        long at = isTime ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds() : 0;
        return isTime && Core.Time.SceneDays.Covers(at)
            ? at
            : throw new WrongUseException(
                $"{option} is '{text}'; use '2022-05-01T12:00' (the scene's time zone), '2022-05-01T12:00+08:00', or ms since the epoch. Nothing was started.");
    }
}
