namespace Freshet.Scenes;

/// <summary>A categorical value of a request: <c>user</c>, <c>item.author</c>, <c>signal.song_play.song_id</c> …</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Field">X; empty for kinds without one.</param>
/// <param name="Signal">T; empty for all but <see cref="SelectorKind.SignalField"/>.</param>
public sealed record Selector(SelectorKind Kind, string Field = "", string Signal = "");
