namespace Freshet.Scenes.Reading;

/// <summary>Names that a scene file chooses: they stand in sources, in columns and in the names of folders.</summary>
internal static class Names
{
    public const int LongestName = 64;

    public const string Rule = "Use 1 to 64 letters, digits, '-' and '_', beginning with a letter or a digit.";

    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
