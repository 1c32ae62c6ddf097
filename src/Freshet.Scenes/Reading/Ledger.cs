namespace Freshet.Scenes.Reading;

/// <summary>What came up while one scene file was read: its mistakes, and the settings that the readers know.</summary>
internal sealed class Ledger
{
    private readonly List<SceneMistake> _mistakes = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>In the order in which they were found.</summary>
    public IReadOnlyList<SceneMistake> Mistakes => _mistakes;

    /// <summary>Every setting that was looked for, whether the file has it or not.</summary>
    public IReadOnlySet<string> Keys => _keys;

    public void Report(long line, string path, string problem, string remedy) =>
        _mistakes.Add(new SceneMistake(line, path, problem, remedy));

    public void Know(string key) => _keys.Add(key);

    /// <summary>The mistakes in the order of the lines.</summary>
    public IReadOnlyList<SceneMistake> InOrder() => [.. _mistakes.OrderBy(mistake => mistake.Line)];
}
