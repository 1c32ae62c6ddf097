using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class EsmmTests() : RankingModelContract("esmm")
{
    [Fact]
    public void A_child_is_never_more_probable_than_its_parent()
    {
        Scene scene = TestScene.Create("esmm");
        using RankingModel model = RankingModel.Create(scene);
        (SnapshotColumns rows, _) = TestScene.Batch(scene, seed: 1);
        float[] probabilities = new float[rows.Count * 3];

        model.Predict(rows, 0, rows.Count, probabilities, new ModelWorkspace(), referenceBias: true);

        for (int row = 0; row < rows.Count; row++)
        {
            Assert.True(probabilities[row * 3] > probabilities[(row * 3) + 1]);
            Assert.True(probabilities[(row * 3) + 1] > probabilities[(row * 3) + 2]);
        }
    }
}
