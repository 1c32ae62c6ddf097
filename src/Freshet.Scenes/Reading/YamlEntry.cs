namespace Freshet.Scenes.Reading;

/// <summary>One setting of a group.</summary>
/// <param name="Name">As written.</param>
/// <param name="Line">1-based line of the name.</param>
/// <param name="Value">What stands after the colon.</param>
internal sealed record YamlEntry(string Name, long Line, YamlNode Value);
