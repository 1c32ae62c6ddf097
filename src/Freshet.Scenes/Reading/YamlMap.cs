namespace Freshet.Scenes.Reading;

/// <summary>Settings by name, in the order of the file, each name once.</summary>
internal sealed record YamlMap(long Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line)
{
    public override string Found => "a group of settings";

    public YamlEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);
}
