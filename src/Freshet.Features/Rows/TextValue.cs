namespace Freshet.Features.Rows;

/// <summary>One text of the row in work.</summary>
/// <param name="Start">Place in the row's text.</param>
/// <param name="Length">UTF-8 bytes.</param>
/// <param name="Hash">Hash of the text where a counter's key needs it, else 0.</param>
internal readonly record struct TextValue(int Start, int Length, ulong Hash);
