namespace Freshet.Scenes;

/// <summary>One mistake of a scene file.</summary>
/// <param name="Line">1-based line.</param>
/// <param name="Path">The setting, from the root: <c>behaviours.click.window</c>. Empty for the file as a whole.</param>
/// <param name="Problem">What is wrong, with the value found; a sentence.</param>
/// <param name="Remedy">What to write instead; a sentence.</param>
public sealed record SceneMistake(long Line, string Path, string Problem, string Remedy)
{
    /// <summary>One line of text for people.</summary>
    public override string ToString() =>
        Path.Length == 0 ? $"line {Line}: {Problem} {Remedy}" : $"line {Line}, {Path}: {Problem} {Remedy}";
}
