namespace Freshet.Scenes;

/// <summary>A scene file cannot be used. The message lists every mistake, in the order of the lines.</summary>
public sealed class SceneException : Exception
{
    /// <summary>The file <paramref name="name"/> has <paramref name="mistakes"/>, at least one.</summary>
    public SceneException(string name, IReadOnlyList<SceneMistake> mistakes)
        : base(Describe(name, mistakes)) => Mistakes = mistakes;

    /// <summary>The file cannot be read at all.</summary>
    public SceneException(string message, Exception? innerException = null)
        : base(message, innerException) => Mistakes = [];

    /// <summary>The mistakes, in the order of the lines; empty where the file cannot be read at all.</summary>
    public IReadOnlyList<SceneMistake> Mistakes { get; }

    private static string Describe(string name, IReadOnlyList<SceneMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        string count = mistakes.Count == 1 ? "1 mistake" : $"{mistakes.Count} mistakes";
        return $"Scene file '{name}' has {count}; nothing was started.\n" +
            string.Join('\n', mistakes.Select(mistake => "  " + mistake));
    }
}
