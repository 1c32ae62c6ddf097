using Freshet.Tests.Architecture;

namespace Freshet.Tests.Scenes;

/// <summary>The scene files that tests read, where they lie in the repository.</summary>
internal static class SceneTexts
{
    public static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "Freshet.Tests", "Scenes", name);
}
