using System.Text.Json.Nodes;
using Freshet.Scenes.Reading;

namespace Freshet.Tests.Scenes;

/// <summary>A scene file as an editor sees it: YAML as JSON.</summary>
internal static class SceneJson
{
    public static string Of(string yaml) => Node(YamlTree.Read(yaml, new Ledger())!)!.ToJsonString();

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Name, Node(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Node)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Text: "true" } => true,
        YamlScalar { Text: "false" } => false,
        YamlScalar scalar when SectionValues.TryNumber(scalar.Text, out _) => JsonNode.Parse(scalar.Text),
        YamlScalar scalar => scalar.Text,
        _ => throw new InvalidOperationException(),
    };
}
