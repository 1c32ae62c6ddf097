using Freshet.Features;
using Freshet.Serving;

namespace Freshet.Tests.Serving;

/// <summary>Ranks, and says whether the result is the one that the version gives alone. One per thread.</summary>
internal sealed class RankCheck(KnownVersions versions)
{
    private readonly Ranker _ranker = new(KnownVersions.Scene);
    private readonly PageRanker _pages = new(KnownVersions.Scene, new FeatureStage(KnownVersions.Scene));
    private readonly RankRequest _request = KnownVersions.Request();
    private readonly float[] _probabilities = new float[KnownVersions.Candidates];
    private readonly int[] _order = new int[KnownVersions.Candidates];

    /// <summary>With a version that the caller has leased.</summary>
    public bool IsRight(ServedModel served)
    {
        _ranker.Rank(served.Model, versions.Rows, KnownVersions.Seed, _probabilities, _order);
        (float[] probabilities, int[] order) = versions.Ranking(served.Version);
        return probabilities.AsSpan().SequenceEqual(_probabilities) && order.AsSpan().SequenceEqual(_order);
    }

    /// <summary>With the version that is live; true if none is.</summary>
    public bool IsPageRight(LiveModel live)
    {
        RankedPage page = _pages.Rank(_request, live);
        if (page.Version is not { } version)
        {
            return true;
        }

        (float[] probabilities, int[] order) = versions.Ranking(version);
        bool isRight = page.Count == order.Length && page.TrainedUntil == version.Watermark;
        for (int place = 0; isRight && place < order.Length; place++)
        {
            isRight = page.Items[place].Candidate == order[place] && page.Probabilities(place)[0] == probabilities[order[place]];
        }

        return isRight;
    }
}
