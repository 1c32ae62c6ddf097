using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Tests.Models;

namespace Freshet.Tests.Kernels;

/// <summary>A whole model, learnt on every vector width: it stands among the kernels because eng/check.sh runs those on each.</summary>
public sealed class LaneHashTests
{
    [Theory]
    [InlineData("lr", "3C26717AD0F2D17C")]
    [InlineData("deepfm", "53397808596DE840")]
    [InlineData("esmm", "A89E0DAA36C24852")]
    public void Three_steps_of_a_model_give_these_bits(string name, string expected)
    {
        var scene = TestScene.Create(name);
        using RankingModel model = RankingModel.Create(scene);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(scene, seed: 4);
        float[] probabilities = new float[labels.Length];

        for (int step = 0; step < 3; step++)
        {
            model.Learn(rows, labels, [], LearnPhase.Base);
        }

        model.Predict(rows, 0, rows.Count, probabilities, new ModelWorkspace(), referenceBias: false);
        Assert.Equal(expected, ResultHash.Of(probabilities));
    }
}
