namespace Freshet.Core.Scenes.Reading;

/// <summary>One setting of a group.</summary>
/// <param name="Line">1-based line of the name.</param>
internal sealed record YamlEntry(string Name, long Line, YamlNode Value);
