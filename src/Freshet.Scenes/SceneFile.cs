using Freshet.Scenes.Reading;

namespace Freshet.Scenes;

/// <summary>Reads <c>scene.yaml</c> (docs/scene.md) and reports all its mistakes at once.</summary>
public static class SceneFile
{
    /// <summary>The scene in the file at <paramref name="path"/>.</summary>
    /// <exception cref="SceneException">The file cannot be read, or has mistakes.</exception>
    public static Scene Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SceneException(
                $"Scene file '{path}' cannot be read: {e.Message} Nothing was started. " +
                "Check the path, or write an example to start from with 'freshet init DIR'.",
                e);
        }

        return Parse(text, path);
    }

    /// <summary>The scene in <paramref name="yaml"/>; <paramref name="name"/> stands for the file in messages.</summary>
    /// <exception cref="SceneException">The text has mistakes.</exception>
    public static Scene Parse(string yaml, string name) => Parse(yaml, name, out _);

    /// <param name="yaml">The text.</param>
    /// <param name="name">Stands for the file in messages.</param>
    /// <param name="keys">Every setting that was looked for, with <c>*</c> in place of names that the file chooses.</param>
    internal static Scene Parse(string yaml, string name, out IReadOnlySet<string> keys)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var ledger = new Ledger();
        Scene? scene = YamlTree.Read(yaml, ledger) is { } root ? SceneReader.Read(root, ledger) : null;
        keys = ledger.Keys;
        return scene is not null && ledger.Mistakes.Count == 0
            ? scene
            : throw new SceneException(name, ledger.InOrder());
    }
}
