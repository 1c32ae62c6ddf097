using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class PleTests() : RankingModelContract("ple")
{
    [Fact]
    public void One_level_without_own_experts_is_a_multi_gate_mixture_bit_for_bit()
    {
        var experts = new ExpertOptions { Shared = 3, Own = 0, Units = [9, 6], Levels = 1 };
        Scene ple = With("ple", experts), mmoe = With("mmoe", experts);
        using RankingModel extraction = RankingModel.Create(ple), mixture = RankingModel.Create(mmoe);
        extraction.CopyParameters(mixture, name => name
            .Replace("expert.0.", "expert.", StringComparison.Ordinal)
            .Replace(".gate.0.", ".gate.", StringComparison.Ordinal));
        (SnapshotColumns rows, _) = TestScene.Batch(ple, seed: 5);

        Assert.Equal(mixture.Probabilities(rows), extraction.Probabilities(rows));
    }

    [Theory]
    [InlineData(4, 100, 1, " it has 4 shared experts and 100 of each head's own, 304 together; use at least 1 shared, and at most 256 together.")]
    [InlineData(4, 1, 0, " it has 0 levels of experts; use 1 to 8.")]
    [InlineData(4, 1, 9, " it has 9 levels of experts; use 1 to 8.")]
    public void Sizes_out_of_range_are_refused(int shared, int own, int levels, string mistake)
    {
        Scene scene = With("ple", new ExpertOptions { Shared = shared, Own = own, Levels = levels });

        var error = Assert.Throws<SceneException>(() => RankingModel.Create(scene));

        Assert.StartsWith($"Scene 'test' makes no model 'ple':{mistake}", error.Message, StringComparison.Ordinal);
    }

    private static Scene With(string model, ExpertOptions experts)
    {
        Scene scene = TestScene.CreateWithHistory(model);
        return scene with { Model = scene.Model with { Experts = experts } };
    }
}
