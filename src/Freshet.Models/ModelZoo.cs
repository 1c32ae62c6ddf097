namespace Freshet.Models;

/// <summary>The models by name, as the blocks they are made of (docs/models.md).</summary>
internal static class ModelZoo
{
    private static readonly Dictionary<string, ModelBlocks> s_models = new(StringComparer.Ordinal)
    {
        ["lr"] = new(Wide: true, Deep: false, Fm: false, Tree: false),
        ["deepfm"] = new(Wide: true, Deep: true, Fm: true, Tree: false),
        ["esmm"] = new(Wide: false, Deep: true, Fm: false, Tree: true),
    };

    public static IEnumerable<string> Names => s_models.Keys;

    public static ModelBlocks Blocks(string name) => s_models.TryGetValue(name, out ModelBlocks blocks)
        ? blocks
        : throw new ArgumentException($"There is no model '{name}'; use one of {string.Join(", ", Names)}.", nameof(name));
}
