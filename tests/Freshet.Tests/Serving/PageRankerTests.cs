using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Core.Versions;
using Freshet.Features;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Tests.Training;

namespace Freshet.Tests.Serving;

public sealed class PageRankerTests : IDisposable
{
    private readonly KnownVersions _versions = new(count: 2);
    private readonly FeatureStage _features = new(KnownVersions.Scene);
    private readonly LiveModel _live;

    public PageRankerTests() => _live = _versions.Live();

    public void Dispose()
    {
        _live.Dispose();
        _versions.Dispose();
    }

    [Fact]
    public void A_page_says_what_the_live_version_says_of_its_best_candidates()
    {
        _live.Swap(_versions.Whole(1));
        RankRequest request = KnownVersions.Request();
        request.PageSize = 5;

        RankedPage page = new PageRanker(KnownVersions.Scene, _features).Rank(request, _live);

        (float[] probabilities, int[] order) = _versions.Ranking(_live.Current!.Version);
        Assert.Equal((new ModelVersion(1, 1), 1L, 5), (page.Version!.Value, page.TrainedUntil!.Value, page.Count));
        for (int place = 0; place < 5; place++)
        {
            RankedItem item = page.Items[place];
            Assert.Equal((order[place], place), (item.Candidate, item.Position));
            Assert.Equal([probabilities[item.Candidate]], page.Probabilities(place).ToArray());
            Assert.Equal(probabilities[item.Candidate], item.Score, 1e-6);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_served_vector_is_that_of_an_impression_at_the_position_it_got(bool isScored)
    {
        if (isScored)
        {
            _live.Swap(_versions.Whole(0));
        }

        BehaviourEvent first = TinyScene.Impression(1);
        _features.Apply(first, EventTime.OfRequest(first.At, first.At));
        RankRequest request = KnownVersions.Request();
        request.PageSize = 7;
        request.FirstPosition = 1;
        var kept = new SnapshotColumns(_features.Schema);
        RankedPage page = new PageRanker(KnownVersions.Scene, _features).Rank(request, _live);

        for (int place = 0; place < page.Count; place++)
        {
            Assert.Equal(place, page.AppendVector(place, kept));
        }

        var expected = new SnapshotColumns(_features.Schema);
        var impression = new BehaviourEvent();
        foreach (RankedItem item in page.Items)
        {
            impression.CopyFrom(request.Candidate(item.Candidate));
            impression.Position = item.Position;
            _features.Snapshot(impression, EventTime.OfRequest(impression.At, _features.Now), expected);
        }

        Assert.Equal(7, kept.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], page.Items.ToArray().Select(item => item.Position));
        for (int row = 0; row < kept.Count; row++)
        {
            Assert.Equal(Row(expected, row), Row(kept, row));
        }

        Assert.Equal(kept.Count, Enumerable.Range(0, kept.Count).Select(kept.BiasId).Distinct().Count());
    }

    [Fact]
    public void Without_a_version_the_order_is_drawn_from_the_seed_and_nothing_is_scored()
    {
        RankRequest request = KnownVersions.Request();
        var ranker = new PageRanker(KnownVersions.Scene, _features);

        int[] one = Order(ranker.Rank(request, _live)), again = Order(ranker.Rank(request, _live));
        request.Seed++;
        RankedPage page = ranker.Rank(request, _live);

        Assert.Equal(one, again);
        Assert.NotEqual(one, Order(page));
        Assert.Equal(Enumerable.Range(0, KnownVersions.Candidates), one.Order());
        Assert.True(page.Version is null && page.TrainedUntil is null && page.Probabilities(0).IsEmpty);
        Assert.All(page.Items.ToArray(), item => Assert.True(double.IsNaN(item.Score) && !item.IsExplored));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, KnownVersions.Candidates - 1)] // the last place takes what is left
    public void It_says_which_places_were_explored(double exploration, int explored)
    {
        Scene scene = KnownVersions.Scene with { Serving = new ServingOptions { Exploration = exploration } };
        _live.Swap(_versions.Whole(0));

        RankedPage page = new PageRanker(scene, _features).Rank(KnownVersions.Request(), _live);

        Assert.Equal(explored, page.Items.ToArray().Count(item => item.IsExplored));
    }

    [Fact]
    public void Ranking_allocates_nothing()
    {
        _live.Swap(_versions.Whole(0));
        RankRequest request = KnownVersions.Request();
        var ranker = new PageRanker(KnownVersions.Scene, _features);
        int shown = 0;

        long bytes = Allocation.Of(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                shown += ranker.Rank(request, _live).Count;
            }
        });

        Assert.Equal(0, bytes);
        Assert.Equal(6 * 20 * KnownVersions.Candidates, shown);
    }

    [Fact]
    public void A_request_is_filled_again_and_again()
    {
        RankRequest request = KnownVersions.Request();
        BehaviourEvent first = request.Candidate(0);

        request.Clear();

        Assert.Equal(0, new PageRanker(KnownVersions.Scene, _features).Rank(request, _live).Count);
        Assert.Same(first, request.AddCandidate());
        Assert.True(first.ItemId.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => request.Candidate(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => request.PageSize = -1);
    }

    private static int[] Order(RankedPage page) => [.. page.Items.ToArray().Select(item => item.Candidate)];

    private static string Row(SnapshotColumns columns, int row) => string.Join(
        '|',
        Enumerable.Range(0, columns.Schema.Slots.Count).Select(slot => string.Join(',', columns.Ids(row, slot).ToArray()))
            .Append(string.Join(',', columns.Dense(row).ToArray()))
            .Append(string.Join(',', columns.HistoryItems(row).ToArray()))
            .Append($"{columns.BiasId(row)} {columns.ReferenceBiasId(row)}"));
}
