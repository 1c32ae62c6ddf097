using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Tests.Models;

namespace Freshet.Tests.Kernels;

/// <summary>A whole model, learnt on every vector width: it stands among the kernels because eng/check.sh runs those on each.</summary>
public sealed class LaneHashTests
{
    [Theory]
    [InlineData("lr", "F81048D4D9621C66")]
    [InlineData("deepfm", "7F80BF0E11E0FBE6")]
    [InlineData("esmm", "FEA9C60EE6BA5968")]
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

    // Requests of several impressions and of one, a history, experts in two levels: TestScene.CreateWithHistory.
    [Theory]
    [InlineData("lr", "CE7D0ED3F7C3D431")]
    [InlineData("fm", "C9A697A7C6304756")]
    [InlineData("wide-deep", "6827E78411606A76")]
    [InlineData("deepfm", "00FF0C14F2DB31FE")]
    [InlineData("esmm", "85942145DD67E9FB")]
    [InlineData("esmm-dfm", "5462B3C7D66D8A6D")]
    [InlineData("esmm-dfm-dmr", "7FEE910B07E7E862")]
    [InlineData("din", "9531EDAE5424D360")]
    [InlineData("mmoe", "C873F33747C08492")]
    [InlineData("ple", "ABC07BECF9B738E3")]
    [InlineData("dcn-v2", "C2A0BC23CD0DC760")]
    public void Steps_of_a_model_that_reads_all_it_may_give_these_bits(string name, string expected)
    {
        var scene = TestScene.CreateWithHistory(name);
        using RankingModel model = RankingModel.Create(scene);
        (SnapshotColumns rows, _) = TestScene.Batch(scene, seed: 11);
        float[] probabilities = new float[rows.Count * model.TaskCount];

        for (int seed = 5; seed < 9; seed++)
        {
            (SnapshotColumns batch, float[] labels) = TestScene.Batch(scene, seed, count: 70);
            model.Learn(batch, labels, [], LearnPhase.Base);
        }

        model.Predict(rows, 0, rows.Count, probabilities, new ModelWorkspace(), referenceBias: false);
        Assert.Equal(expected, ResultHash.Of(probabilities));
    }
}
