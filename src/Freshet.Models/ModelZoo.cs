using Freshet.Scenes;

namespace Freshet.Models;

/// <summary>The models by name, as the blocks they are made of (docs/models.md).</summary>
internal static class ModelZoo
{
    private static readonly Dictionary<string, ModelBlocks> s_models = new(StringComparer.Ordinal)
    {
        ["lr"] = new(Wide: true, Fm: false, BodyKind.None, HistoryKind.None, Tree: false),
        ["fm"] = new(Wide: true, Fm: true, BodyKind.None, HistoryKind.None, Tree: false),
        ["wide-deep"] = new(Wide: true, Fm: false, BodyKind.Towers, HistoryKind.None, Tree: false),
        ["deepfm"] = new(Wide: true, Fm: true, BodyKind.Towers, HistoryKind.None, Tree: false),
        ["esmm"] = new(Wide: false, Fm: false, BodyKind.Towers, HistoryKind.None, Tree: true),
        ["esmm-dfm"] = new(Wide: true, Fm: true, BodyKind.Towers, HistoryKind.None, Tree: true),
        ["esmm-dfm-dmr"] = new(Wide: true, Fm: true, BodyKind.Towers, HistoryKind.Dmr, Tree: true),
        ["din"] = new(Wide: false, Fm: false, BodyKind.Towers, HistoryKind.Din, Tree: true),
        ["mmoe"] = new(Wide: true, Fm: true, BodyKind.Mmoe, HistoryKind.Dmr, Tree: true),
        ["ple"] = new(Wide: true, Fm: true, BodyKind.Ple, HistoryKind.Dmr, Tree: true),
        ["dcn-v2"] = new(Wide: true, Fm: false, BodyKind.Cross, HistoryKind.Dmr, Tree: true),
    };

    public static IEnumerable<string> Names => s_models.Keys;

    public static ModelBlocks Blocks(string name) => s_models.TryGetValue(name, out ModelBlocks blocks)
        ? blocks
        : throw new SceneException($"There is no model '{name}'; use one of {string.Join(", ", Names)}.");
}
