using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Freshet.Tests.Architecture;

/// <summary>The architecture, as a table: what each project under src references, in the order of the data flow.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> s_table = new()
    {
        ["Core"] = [],
        ["Scenes"] = ["Core"],
        ["Native"] = [],
        ["Kernels"] = ["Native"],
        ["Embeddings"] = ["Core", "Scenes", "Native", "Kernels"],
        ["Models"] = ["Core", "Scenes", "Native", "Kernels", "Embeddings"],
        ["Features"] = ["Core", "Scenes"],
        ["Samples"] = ["Core", "Scenes", "Native"],
        ["Training"] = ["Core", "Scenes", "Native", "Models", "Samples"],
        ["Sync"] = ["Core", "Scenes", "Models"],
        ["Serving"] = ["Core", "Scenes", "Models", "Features", "Sync"],
        ["Storage"] = ["Core"],
        ["Pipeline"] = ["Core", "Scenes", "Models", "Features", "Samples", "Training", "Sync", "Serving"],
        ["Simulation"] = ["Core"],
        ["Datasets"] = ["Core"],
        ["Experiments"] =
        [
            "Core", "Scenes", "Kernels", "Embeddings", "Models", "Features", "Samples", "Training", "Sync", "Serving", "Storage", "Pipeline", "Simulation",
        ],
        ["Cli"] =
        [
            "Core", "Scenes", "Models", "Samples", "Training", "Sync", "Storage", "Pipeline", "Simulation", "Datasets", "Experiments",
        ],
    };

    public static TheoryData<string> Projects => [.. s_table.Keys];

    [Fact]
    public void The_table_names_every_project()
    {
        IEnumerable<string> actual = ProjectFiles().Select(ShortName);

        Assert.Equal(s_table.Keys.Order(), actual.Order());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_the_table_says(string project)
    {
        string[] references = [.. XDocument.Load(FileOf(project)).Descendants("ProjectReference")
            .Select(reference => ShortName(reference.Attribute("Include")!.Value))];

        Assert.Equal(s_table[project], references);
    }

    /// <summary>The compiler leaves out of an assembly what its code does not use.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_every_project_that_it_references(string project)
    {
        string[] unused = [.. s_table[project].Except(Used(project))];

        Assert.True(unused.Length == 0, $"{project} references {string.Join(", ", unused)} and uses nothing of it. Remove the reference and the entry.");
    }

    [Fact]
    public void Only_Native_and_Kernels_may_use_unsafe_code()
    {
        string[] unsafeProjects = [.. ProjectFiles()
            .Where(path => File.ReadAllText(path).Contains("<AllowUnsafeBlocks>true", StringComparison.Ordinal))
            .Select(ShortName)
            .Order()];

        Assert.Equal(["Kernels", "Native"], unsafeProjects);
    }

    private static IEnumerable<string> ProjectFiles() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static string FileOf(string project) => ProjectFiles().Single(path => ShortName(path) == project);

    private static string ShortName(string path) => Path.GetFileNameWithoutExtension(path)["Freshet.".Length..];

    private static HashSet<string> Used(string project)
    {
        string name = project == "Cli" ? "freshet.dll" : $"Freshet.{project}.dll";
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name)));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(reference => reference.StartsWith("Freshet.", StringComparison.Ordinal))
            .Select(ShortNameOf)];
    }

    private static string ShortNameOf(string assembly) => assembly["Freshet.".Length..];
}
