using Freshet.Scenes;

namespace Freshet.Tests.Models.Reference;

/// <summary>Which blocks a model has, as the table of docs/models.md says.</summary>
/// <param name="Wide">Wide part.</param>
/// <param name="Fm">FM.</param>
/// <param name="Body">towers, mmoe, ple, cross, or nothing.</param>
/// <param name="History">dmr, din, or nothing.</param>
internal readonly record struct ReferenceBlocks(bool Wide, bool Fm, string Body, string History)
{
    public bool HasRows => Fm || Body != "";

    public static ReferenceBlocks Of(Scene scene)
    {
        ReferenceBlocks blocks = scene.Model.Name switch
        {
            "lr" => new(true, false, "", ""),
            "fm" => new(true, true, "", ""),
            "wide-deep" => new(true, false, "towers", ""),
            "deepfm" => new(true, true, "towers", ""),
            "esmm" => new(false, false, "towers", ""),
            "esmm-dfm" => new(true, true, "towers", ""),
            "esmm-dfm-dmr" => new(true, true, "towers", "dmr"),
            "din" => new(false, false, "towers", "din"),
            "mmoe" => new(true, true, "mmoe", "dmr"),
            "ple" => new(true, true, "ple", "dmr"),
            "dcn-v2" => new(true, false, "cross", "dmr"),
            _ => throw new ArgumentException($"The reference has no model '{scene.Model.Name}'."),
        };
        blocks = scene.History.Length > 0 ? blocks : blocks with { History = "" };
        return blocks.Body != "" && scene.Model.Head == LogitHead.Residual ? blocks with { Wide = false } : blocks;
    }
}
