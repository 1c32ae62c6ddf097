namespace Freshet.Core.Events;

/// <summary>A piece of an event's text buffer, in bytes.</summary>
internal readonly record struct TextRange(int Start, int Length);
