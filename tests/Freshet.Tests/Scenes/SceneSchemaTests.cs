using System.Text.Json;
using Freshet.Datasets.KuaiLive;
using Freshet.Datasets.KuaiRand;
using Freshet.Scenes;
using NJsonSchema;

namespace Freshet.Tests.Scenes;

public sealed class SceneSchemaTests
{
    public static TheoryData<string, string> Scenes => new()
    {
        { "init", SceneExample.Yaml },
        { "kuairand", KuaiRandDataset.SceneYaml },
        { "kuailive", KuaiLiveDataset.SceneYaml },
        { "everything", File.ReadAllText(SceneTexts.PathOf("everything.yaml")) },
    };

    [Theory]
    [MemberData(nameof(Scenes), DisableDiscoveryEnumeration = true)]
    public async Task The_schema_accepts_what_the_reader_accepts(string name, string yaml)
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(SceneExample.Schema, TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(SceneJson.Of(yaml)).Select(error => error.ToString()));
        Assert.NotNull(SceneFile.Parse(yaml, name));
    }

    [Fact]
    public async Task The_schema_refuses_a_file_of_mistakes()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(SceneExample.Schema, TestContext.Current.CancellationToken);

        var errors = schema.Validate(SceneJson.Of(File.ReadAllText(SceneTexts.PathOf("ten-mistakes.yaml"))));

        Assert.NotEmpty(errors);
    }

    [Fact]
    public void The_schema_and_the_reader_know_the_same_settings()
    {
        _ = SceneFile.Parse(File.ReadAllText(SceneTexts.PathOf("everything.yaml")), "everything.yaml", out IReadOnlySet<string> known);

        Assert.Equal(known.Order(StringComparer.Ordinal), SchemaKeys.All(SceneExample.Schema).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_of_the_schema_has_a_description()
    {
        IEnumerable<string> without = SchemaKeys.All(SceneExample.Schema)
            .Where(pair => !pair.Key.EndsWith('*') && !pair.Value.TryGetProperty("description", out JsonElement _)).Select(pair => pair.Key);

        Assert.Empty(without);
    }

    [Fact]
    public void The_example_uses_or_explains_every_setting()
    {
        IEnumerable<string> missing = SchemaKeys.All(SceneExample.Schema).Keys.Select(key => key.Split('.')[^1])
            .Where(name => name != "*" && !SceneExample.Yaml.Contains(name, StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    /// <summary>Who changes <see cref="ModelOptions.DefaultName"/> changes the schema; the page and the example follow from there.</summary>
    [Fact]
    public void The_schema_and_the_example_have_the_default_model_of_the_code()
    {
        JsonElement name = SchemaKeys.All(SceneExample.Schema)["model.name"];

        Assert.Equal(ModelOptions.DefaultName, name.GetProperty("default").GetString());
        Assert.EndsWith($"Default: {ModelOptions.DefaultName}.", name.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(ModelOptions.DefaultName, SceneFile.Parse(SceneExample.Yaml, "init").Model.Name);
        Assert.Contains($"; default {ModelOptions.DefaultName}\n", SceneExample.Yaml, StringComparison.Ordinal);
    }
}
