using System.Globalization;

namespace Freshet.Scenes.Reading;

/// <summary>Single settings of a section as numbers, durations and choices; what cannot be one is reported, and the default stands.</summary>
internal static class SectionValues
{
    public static string? Name(this Section section, string key)
    {
        if (section.Scalar(key) is not { } value)
        {
            return null;
        }

        if (Names.IsName(value.Text))
        {
            return value.Text;
        }

        section.Report(key, $"{value.Found} is no name.", Names.Rule);
        return null;
    }

    public static bool Flag(this Section section, string key, bool standard) =>
        section.Choice(key, standard, [("true", true), ("false", false)]);

    public static T Choice<T>(this Section section, string key, T standard, IReadOnlyList<(string Text, T Value)> choices)
    {
        if (section.Scalar(key) is not { } value)
        {
            return standard;
        }

        foreach ((string text, T choice) in choices)
        {
            if (text == value.Text)
            {
                return choice;
            }
        }

        section.Report(key, $"{value.Found} is not known here.", Suggestion.For(value.Text, [.. choices.Select(choice => choice.Text)], ""));
        return standard;
    }

    public static int Integer(this Section section, string key, int standard, int least, int most)
    {
        if (section.Scalar(key) is not { } value)
        {
            return standard;
        }

        if (TryInteger(value, least, most, out int number))
        {
            return number;
        }

        section.Report(key, $"It is {value.Found}.", $"Write a whole number from {Show(least)} to {Show(most)}.");
        return standard;
    }

    public static bool TryInteger(YamlScalar value, int least, int most, out int number) =>
        int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    public static ulong Seed(this Section section, string key, ulong standard)
    {
        if (section.Scalar(key) is not { } value)
        {
            return standard;
        }

        if (ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            return seed;
        }

        section.Report(key, $"It is {value.Found}.", "Write a whole number from 0 to 18446744073709551615.");
        return standard;
    }

    public static double Number(this Section section, string key, double standard, NumberRange range)
    {
        if (section.Scalar(key) is not { } value)
        {
            return standard;
        }

        if (TryNumber(value.Text, out double number) && range.Holds(number))
        {
            return number;
        }

        section.Report(key, $"It is {value.Found}.", $"Write {range.Text}.");
        return standard;
    }

    /// <summary>A finite number in JSON's form.</summary>
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);

    public static TimeSpan Duration(this Section section, string key, TimeSpan standard, TimeSpan least, TimeSpan most) =>
        section.OptionalDuration(key, least, most) ?? standard;

    public static TimeSpan? OptionalDuration(this Section section, string key, TimeSpan least, TimeSpan most)
    {
        if (section.Scalar(key) is not { } value)
        {
            return null;
        }

        if (!DurationText.TryParse(value.Text, out TimeSpan duration))
        {
            section.Report(key, $"{value.Found} is no duration.", "Write a whole number with s, m, h or d, as in 30s, 15m, 2h, 7d.");
            return null;
        }

        if (duration >= least && duration <= most)
        {
            return duration;
        }

        section.Report(key, $"It is {value.Found}.", $"Write a duration from {DurationText.Format(least)} to {DurationText.Format(most)}.");
        return null;
    }

    /// <summary>A size in bytes.</summary>
    public static long Size(this Section section, string key, long standard)
    {
        if (section.Scalar(key) is not { } value)
        {
            return standard;
        }

        if (SizeText.TryParse(value.Text, out long bytes))
        {
            return bytes;
        }

        section.Report(key, $"It is {value.Found}.", "Write a whole number with kB, MB or GB, as in 500kB, 100MB, 2GB; at most 1000000GB.");
        return standard;
    }

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
