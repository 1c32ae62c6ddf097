using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class DinTests() : RankingModelContract("din")
{
    [Fact]
    public void The_order_of_the_history_does_not_matter_and_its_length_does()
    {
        Scene scene = TestScene.CreateWithHistory("din");
        using RankingModel model = RankingModel.Create(scene);
        (SnapshotColumns known, float[] labels) = TestScene.Batch(scene, seed: 4);
        for (int step = 0; step < 20; step++)
        {
            model.Learn(known, labels, [], LearnPhase.Base);
        }

        float[] forward = model.Probabilities(Row(scene, [1, 2, 3])), backward = model.Probabilities(Row(scene, [3, 2, 1]));
        float[] twice = model.Probabilities(Row(scene, [1, 2, 3, 1, 2, 3]));

        Assert.All(forward.Zip(backward), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));

        // No softmax: twice the interest is another vector. With a softmax it would be the same.
        Assert.True(Math.Abs(forward[0] - twice[0]) > 1e-5f, $"{forward[0]} and {twice[0]}");
    }

    private static SnapshotColumns Row(Scene scene, ulong[] history)
    {
        var columns = new SnapshotColumns(scene.SnapshotSchema());
        columns.BeginRow();
        for (int slot = 0; slot < scene.Slots.Count; slot++)
        {
            columns.AddId(5);
            columns.EndSlot();
        }

        foreach (ulong item in history)
        {
            columns.AddHistory(item, 0, 0);
        }

        columns.EndRow(0, 0);
        return columns;
    }
}
