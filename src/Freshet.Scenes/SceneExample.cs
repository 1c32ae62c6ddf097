namespace Freshet.Scenes;

/// <summary>The files that <c>freshet init</c> writes: a commented scene to start from, and its schema for editors.</summary>
public static class SceneExample
{
    /// <summary>Name of the scene's file.</summary>
    public const string YamlFileName = "scene.yaml";

    /// <summary>Name of the schema's file; the scene expects it beside itself.</summary>
    public const string SchemaFileName = "scene.schema.json";

    /// <summary>A scene of a live-streaming platform, with a comment for every setting.</summary>
    public static string Yaml { get; } = Read(YamlFileName);

    /// <summary>JSON Schema (draft 7) of scene files.</summary>
    public static string Schema { get; } = Read(SchemaFileName);

    private static string Read(string name)
    {
        using Stream stream = typeof(SceneExample).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Resource '{name}' is not part of Freshet.Core.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
