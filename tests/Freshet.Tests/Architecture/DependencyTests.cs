using System.Xml.Linq;

namespace Freshet.Tests.Architecture;

/// <summary>The architecture, as a table: what each project under src may reference. Nothing else may.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Core"] = [],
        ["Kernels"] = [],
        ["Embeddings"] = ["Core", "Kernels"],
        ["Models"] = ["Core", "Kernels", "Embeddings"],
        ["Storage"] = ["Core", "Kernels"],
        ["Features"] = ["Core"],
        ["Samples"] = ["Core", "Kernels"],
        ["Sync"] = ["Core", "Kernels", "Embeddings", "Models"],
        ["Training"] = ["Core", "Kernels", "Embeddings", "Models", "Samples", "Sync"],
        ["Serving"] = ["Core", "Features", "Embeddings", "Models", "Sync"],
        ["Simulation"] = ["Core"],
        ["Datasets"] = ["Core"],
        ["Experiments"] =
        [
            "Core", "Kernels", "Embeddings", "Models", "Storage", "Features", "Samples", "Sync", "Training", "Serving",
            "Simulation", "Datasets",
        ],
        ["Cli"] =
        [
            "Core", "Kernels", "Embeddings", "Models", "Storage", "Features", "Samples", "Sync", "Training", "Serving",
            "Simulation", "Datasets", "Experiments",
        ],
    };

    [Fact]
    public void Every_project_references_only_what_the_table_allows()
    {
        Dictionary<string, string[]> actual = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(ShortName, References);

        Assert.Equal(s_allowed.Keys.Order(), actual.Keys.Order());
        foreach ((string project, string[] references) in actual)
        {
            string[] extra = [.. references.Except(s_allowed[project])];
            Assert.True(extra.Length == 0, $"{project} may not reference {string.Join(", ", extra)}; see {nameof(s_allowed)}.");
        }
    }

    [Fact]
    public void Only_Kernels_may_use_unsafe_code()
    {
        string[] unsafeProjects = [.. Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("<AllowUnsafeBlocks>true", StringComparison.Ordinal))
            .Select(ShortName)];

        Assert.Equal(["Kernels"], unsafeProjects);
    }

    private static string ShortName(string path) => Path.GetFileNameWithoutExtension(path)["Freshet.".Length..];

    private static string[] References(string path) =>
        [.. XDocument.Load(path).Descendants("ProjectReference").Select(reference => ShortName(reference.Attribute("Include")!.Value))];
}
