namespace Freshet.Scenes.Reading;

/// <summary>A value of a YAML file.</summary>
/// <param name="Line">1-based.</param>
internal abstract record YamlNode(long Line)
{
    /// <summary>What it is and what it says, for messages: <c>"ten"</c>, <c>a list</c>, <c>a group of settings</c>.</summary>
    public abstract string Found { get; }
}
