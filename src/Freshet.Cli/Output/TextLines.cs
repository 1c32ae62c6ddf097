using System.Text;

namespace Freshet.Cli.Output;

/// <summary>Lines of text reports, with numbers as they are written everywhere.</summary>
internal static class TextLines
{
    /// <summary>Appends a line.</summary>
    public static void AddLine(this StringBuilder text, FormattableString line) => _ = text.Append(FormattableString.Invariant(line)).Append('\n');
}
