using Freshet.Scenes;

namespace Freshet.Tests.Models.Reference;

/// <summary>The cases by name: every model, and every option in at least one of them.</summary>
internal static class ZooCases
{
    private static readonly Dictionary<string, ZooCase> s_cases = new()
    {
        ["lr"] = new() { Model = "lr", PositionBias = true, Samples = 10 },
        ["lr along the tree, with regressions"] = new() { Model = "lr", Tasks = TaskLinks.Tree, Regressions = true },
        ["lr, shared user sides"] = new() { Model = "lr", PerRequest = 3, Samples = 9, PositionBias = true },
        ["fm"] = new() { Model = "fm", PositionBias = true },
        ["fm of 18 floats, shared user sides"] = new() { Model = "fm", Dim = 18, PerRequest = 3, Samples = 9, Regressions = true },
        ["wide-deep"] = new() { Model = "wide-deep", PositionBias = true },
        ["wide-deep of 9 floats, 35 units"] = new() { Model = "wide-deep", Dim = 9, Layers = [35, 3], Samples = 4 },
        ["wide-deep, h_0 added as it is"] = new() { Model = "wide-deep", Layers = [18, 18, 3], PerRequest = 2 },
        ["wide-deep without dense features or residuals"] = new() { Model = "wide-deep", Dense = 0, Residual = false, Layers = [5] },
        ["deepfm"] = new() { Model = "deepfm", Regressions = true },
        ["deepfm, f joins"] = new() { Model = "deepfm", Head = LogitHead.Residual, Tasks = TaskLinks.Tree },
        ["deepfm, shared user sides"] = new() { Model = "deepfm", PerRequest = 4, Samples = 12, RaggedTargets = true },
        ["esmm"] = new() { Model = "esmm", PositionBias = true },
        ["esmm, roots"] = new() { Model = "esmm", Tasks = TaskLinks.Roots, Residual = false },
        ["esmm-dfm"] = new() { Model = "esmm-dfm", RaggedTargets = true, Regressions = true },
        ["esmm-dfm, f joins, shared user sides"] = new() { Model = "esmm-dfm", Head = LogitHead.Residual, PerRequest = 3, Samples = 9 },
        ["esmm-dfm-dmr"] = new() { Model = "esmm-dfm-dmr", PositionBias = true, Regressions = true },
        ["esmm-dfm-dmr, behaviours, relu, kept places"] = new()
        {
            Model = "esmm-dfm-dmr",
            Behaviours = true,
            Activation = AttentionActivation.Relu,
            Positions = AuxiliaryPositions.Keep,
        },
        ["esmm-dfm-dmr, prelu, f joins"] = new() { Model = "esmm-dfm-dmr", Activation = AttentionActivation.PRelu, Head = LogitHead.Residual },
        ["esmm-dfm-dmr, identity, no auxiliary loss"] = new()
        {
            Model = "esmm-dfm-dmr",
            Activation = AttentionActivation.Identity,
            Negatives = 0,
            Residual = false,
            RaggedTargets = true,
        },
        ["esmm-dfm-dmr, shared user sides"] = new() { Model = "esmm-dfm-dmr", PerRequest = 3, Samples = 12, Behaviours = true },
        ["esmm-dfm-dmr of 18 floats, 17 hidden units, shared user sides"] = new()
        {
            Model = "esmm-dfm-dmr",
            Dim = 18,
            Hidden = 17,
            Layers = [3],
            PerRequest = 2,
            Samples = 6,
        },
        ["esmm-dfm-dmr without a history"] = new() { Model = "esmm-dfm-dmr", Length = 0 },
        ["din"] = new() { Model = "din", PositionBias = true, Regressions = true },
        ["din, ragged targets"] = new() { Model = "din", RaggedTargets = true, Residual = false },
        ["din of 18 floats, 17 hidden units"] = new() { Model = "din", Dim = 18, Hidden = 17, Layers = [5], Samples = 5 },
        ["din of 34 floats"] = new() { Model = "din", Dim = 34, Layers = [3], Samples = 4 },
        ["din, shared user sides"] = new() { Model = "din", PerRequest = 3, Samples = 15, Length = 5 },
        ["mmoe"] = new() { Model = "mmoe", PositionBias = true },
        ["mmoe, one layer, no residuals, regressions"] = new()
        {
            Model = "mmoe",
            Experts = new ExpertOptions { Shared = 3, Units = [4] },
            Residual = false,
            Regressions = true,
        },
        ["mmoe, shared user sides, f joins"] = new() { Model = "mmoe", PerRequest = 3, Samples = 9, Head = LogitHead.Residual },
        ["mmoe of 33 units"] = new()
        {
            Model = "mmoe",
            Experts = new ExpertOptions { Shared = 2, Units = [33] },
            Layers = [3],
            Length = 0,
            Samples = 4,
        },
        ["mmoe of 7 experts"] = new()
        {
            Model = "mmoe",
            Experts = new ExpertOptions { Shared = 7, Units = [2] },
            Layers = [3],
            Length = 0,
            PerRequest = 2,
        },
        ["ple"] = new() { Model = "ple", Regressions = true },
        ["ple, one level"] = new()
        {
            Model = "ple",
            Experts = new ExpertOptions { Shared = 1, Own = 2, Units = [5], Levels = 1 },
            Length = 0,
            PositionBias = true,
        },
        ["ple, no own experts, two levels"] = new()
        {
            Model = "ple",
            Experts = new ExpertOptions { Shared = 2, Own = 0, Units = [4], Levels = 2 },
            Length = 0,
        },
        ["ple, three levels of equal units, shared user sides"] = new()
        {
            Model = "ple",
            Experts = new ExpertOptions { Shared = 1, Own = 1, Units = [4, 4], Levels = 3 },
            PerRequest = 3,
            Samples = 9,
            Layers = [4],
        },
        ["dcn-v2"] = new() { Model = "dcn-v2", PositionBias = true },
        ["dcn-v2, three layers, shared user sides"] = new() { Model = "dcn-v2", CrossLayers = 3, PerRequest = 3, Samples = 9, Layers = [5] },
        ["dcn-v2, one layer, no history, h_0 added as it is"] = new()
        {
            Model = "dcn-v2",
            CrossLayers = 1,
            Length = 0,
            Layers = [18, 3],
            Regressions = true,
            RaggedTargets = true,
        },
        ["dcn-v2 of 9 floats"] = new() { Model = "dcn-v2", Dim = 9, Length = 0, Layers = [3], Residual = false, Samples = 4 },
    };

    public static IEnumerable<string> Names => s_cases.Keys;

    public static ZooCase Get(string name) => s_cases[name];
}
