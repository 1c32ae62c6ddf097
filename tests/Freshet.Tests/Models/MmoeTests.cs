using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class MmoeTests() : RankingModelContract("mmoe")
{
    [Fact]
    public void Experts_that_are_equal_are_one_expert_whatever_the_gates_are()
    {
        Scene scene = WithExperts(3);
        using RankingModel many = RankingModel.Create(scene), one = RankingModel.Create(WithExperts(1));
        many.CopyParameters(one, name => name.StartsWith("expert.", StringComparison.Ordinal) ? "expert.0" + name[8..] : name);
        (SnapshotColumns rows, _) = TestScene.Batch(scene, seed: 5);

        float[] expected = one.Probabilities(rows), actual = many.Probabilities(rows);

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [InlineData(0, 3, " it has 0 shared experts and 2 of each head's own, 0 together; use at least 1 shared, and at most 256 together.")]
    [InlineData(257, 3, " it has 257 shared experts and 2 of each head's own, 257 together; use at least 1 shared, and at most 256 together.")]
    [InlineData(4, 0, " the layers of its experts are [0]; use one or more of 1 to 4096 units.")]
    public void Sizes_out_of_range_are_refused(int experts, int units, string mistake)
    {
        Scene scene = TestScene.Create("mmoe");
        scene = scene with { Model = scene.Model with { Experts = new ExpertOptions { Shared = experts, Units = [units] } } };

        var error = Assert.Throws<SceneException>(() => RankingModel.Create(scene));

        Assert.StartsWith($"Scene 'test' makes no model 'mmoe':{mistake}", error.Message, StringComparison.Ordinal);
    }

    private static Scene WithExperts(int experts)
    {
        Scene scene = TestScene.CreateWithHistory("mmoe");
        return scene with { Model = scene.Model with { Experts = scene.Model.Experts with { Shared = experts } } };
    }
}
