using System.Text;

namespace Freshet.Cli.Output;

/// <summary>Lines of text reports, with numbers as they are written everywhere.</summary>
internal static class TextLines
{
    /// <summary>Appends a line.</summary>
    public static void AddLine(this StringBuilder text, FormattableString line) => _ = text.Append(FormattableString.Invariant(line)).Append('\n');

    /// <summary>A time in the unit that reads best.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 120 => FormattableString.Invariant($"{seconds:F0} s"),
        < 2 * 3600 => FormattableString.Invariant($"{seconds / 60:F0} min"),
        _ => FormattableString.Invariant($"{seconds / 3600:F1} h"),
    };
}
