using System.Text.Json;
using Freshet.Scenes;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Scenes;

public sealed class SceneDocumentTests
{
    [Fact]
    public void The_page_on_scenes_says_what_the_schema_says()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "scene.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        IEnumerable<string> expected = SchemaKeys.All(SceneExample.Schema).Where(pair => !pair.Key.EndsWith('*')).Select(Row);

        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    private static string Row(KeyValuePair<string, JsonElement> setting) =>
        $"| `{setting.Key}` | {setting.Value.GetProperty("description").GetString()!.Replace("|", "\\|", StringComparison.Ordinal)} |";
}
