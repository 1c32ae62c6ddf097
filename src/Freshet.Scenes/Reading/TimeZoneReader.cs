namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>time_zone</c>, an IANA name.</summary>
internal static class TimeZoneReader
{
    private const string Key = "time_zone";

    public static TimeZoneInfo Read(Section root)
    {
        if (root.Scalar(Key) is not { } value || value.Text == "UTC")
        {
            return TimeZoneInfo.Utc;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(value.Text, out TimeZoneInfo? zone))
        {
            return zone;
        }

        string[] known = [.. TimeZoneInfo.GetSystemTimeZones().Select(candidate => candidate.Id).Where(id => id.Contains('/', StringComparison.Ordinal))];
        if (known.Length == 0)
        {
            root.Report(
                Key, $"{value.Found} cannot be looked up: this machine has no time zone data.",
                "Install the package tzdata, or set the environment variable TZDIR to its folder.");
        }
        else
        {
            string remedy = Suggestion.For(value.Text, known, "");
            root.Report(
                Key, $"{value.Found} is no time zone.",
                remedy.StartsWith("Did", StringComparison.Ordinal) ? remedy : "Use an IANA name, as in Asia/Shanghai, or UTC.");
        }

        return TimeZoneInfo.Utc;
    }
}
