namespace Freshet.Scenes.Reading;

/// <summary>A list of values.</summary>
internal sealed record YamlList(long Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line)
{
    public override string Found => "a list";
}
