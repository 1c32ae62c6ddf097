using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class DcnV2Tests() : RankingModelContract("dcn-v2")
{
    [Fact]
    public void Cross_layers_of_zeros_leave_the_towers_over_the_input()
    {
        Scene crossed = TestScene.Create("dcn-v2"), plain = TestScene.Create("wide-deep");
        plain = plain with { Model = plain.Model with { Tasks = TaskLinks.Tree } };
        using RankingModel model = RankingModel.Create(crossed), towers = RankingModel.Create(plain);
        model.CopyParameters(towers, name => name.StartsWith("cross.", StringComparison.Ordinal) ? null : name);
        (SnapshotColumns rows, _) = TestScene.Batch(crossed, seed: 5);

        float[] expected = towers.Probabilities(rows), actual = model.Probabilities(rows);

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void Sizes_out_of_range_are_refused(int layers)
    {
        Scene scene = TestScene.Create("dcn-v2");
        scene = scene with { Model = scene.Model with { Cross = new CrossNetworkOptions { Layers = layers } } };

        var error = Assert.Throws<SceneException>(() => RankingModel.Create(scene));

        Assert.StartsWith(
            $"Scene 'test' makes no model 'dcn-v2': it has {layers} cross layers; use 1 to 16.", error.Message, StringComparison.Ordinal);
    }
}
