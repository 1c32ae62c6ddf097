using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Core.Versions;
using Freshet.Features;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Tests.Training;
using Freshet.Training;

namespace Freshet.Tests.Serving;

public sealed class RankerTests
{
    private readonly Scene _scene = TinyScene.Of("lr", extra: "  base: { epochs: 10 }\nserving: { exploration: 0 }");

    [Fact]
    public void The_most_probable_candidate_comes_first()
    {
        SnapshotColumns candidates = Candidates();
        float[] probabilities = new float[10];
        int[] order = new int[10];

        new Ranker(_scene).Rank(Trained(_scene).Model, candidates, requestSeed: 1, probabilities, order);

        Assert.Equal(Enumerable.Range(0, 10), order.Order());
        Assert.Equal(order.Select(i => probabilities[i]).OrderDescending(), order.Select(i => probabilities[i]));
        Assert.All(order[..5], item => Assert.Equal(0, item % 2)); // even items are the clicked ones
    }

    [Fact]
    public void Exploration_depends_on_the_request_alone()
    {
        Scene scene = _scene with { Serving = new ServingOptions { Exploration = 0.5 } };
        RankingModel model = Trained(scene).Model;
        float[] probabilities = new float[10];
        int[] one = new int[10], again = new int[10], other = new int[10];

        new Ranker(scene).Rank(model, Candidates(), 7, probabilities, one);
        new Ranker(scene).Rank(model, Candidates(), 7, probabilities, again);
        new Ranker(scene).Rank(model, Candidates(), 8, probabilities, other);

        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.Equal(Enumerable.Range(0, 10), one.Order());
    }

    [Fact]
    public void Spans_of_another_length_are_named()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new Ranker(_scene).Rank(Trained(_scene).Model, Candidates(), 1, new float[9], new int[10]));

        Assert.Equal("10 candidates and 1 tasks need probabilities [10] and order [10]; got [9] and [10].", error.Message);
    }

    [Fact]
    public void A_refused_version_leaves_the_live_one_where_it_is()
    {
        string folder = Directory.CreateTempSubdirectory("freshet-live-").FullName;
        try
        {
            var store = new ModelFolder(folder);
            var publisher = new SnapshotPublisher(_scene, store);
            TrainedModel model = Trained(_scene);
            ModelVersion good = publisher.Publish(model.Model, VersionKind.Base, 0, model.Watermark, model.Samples);
            ModelVersion bad = publisher.Publish(model.Model, VersionKind.Base, 0, model.Watermark, model.Samples);
            File.WriteAllBytes(Path.Combine(folder, bad.ToString(), "model.bin"), [1, 2, 3]);
            using var live = new LiveModel(_scene, store);
            live.Swap(good);
            ServedModel? before = live.Current;

            _ = Assert.Throws<SnapshotException>(() => live.Swap(bad));

            Assert.NotNull(before);
            Assert.Same(before, live.Current);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TrainedModel Trained(Scene scene) =>
        new Trainer(scene).TrainBase(TinyScene.Samples(scene, 200), TinyScene.Start + (200 * TinyScene.Minute), null);

    /// <summary>Items i0 to i9 for user u0, in that order.</summary>
    private SnapshotColumns Candidates()
    {
        var features = new FeatureStage(_scene);
        var columns = new SnapshotColumns(features.Schema);
        for (int item = 0; item < 10; item++)
        {
            BehaviourEvent candidate = TinyScene.Impression(1_000);
            candidate.Set(EventText.ItemId, $"i{item}");
            features.Snapshot(candidate, EventTime.OfRequest(candidate.At, features.Now), columns);
        }

        return columns;
    }
}
