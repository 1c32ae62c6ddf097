using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Serving;

/// <summary>Request in, ranked page out: features of the moment, scores of one leased version, order, and the vectors that were scored.</summary>
/// <remarks>Scratch belongs to it, and the feature stage is read: one per thread. Deterministic. Allocates nothing in steady state.</remarks>
public sealed class PageRanker
{
    private readonly FeatureStage _features;
    private readonly Ranker _ranker;
    private readonly SnapshotColumns _vectors;
    private readonly RankedPage _page;
    private readonly int _tasks;
    private float[] _probabilities = [];
    private double[] _scores = [];
    private int[] _order = [];
    private bool[] _explored = [];

    /// <summary>A ranker by the serving settings of <paramref name="scene"/>.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="features">Gives the features of request time. It counts requests that are over (<see cref="FeatureStage.Snapshot"/>) and is not changed otherwise.</param>
    /// <param name="team">Threads that share the work of one request. Default: the caller alone, which many requests at once use best.</param>
    public PageRanker(Scene scene, FeatureStage features, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(features);
        _features = features;
        _ranker = new Ranker(scene, team);
        _vectors = new SnapshotColumns(features.Schema);
        _tasks = scene.Behaviours.Count;
        _page = new RankedPage(_vectors, _tasks);
    }

    /// <summary>Ids that all requests so far looked up, and how many had no row.</summary>
    public SlotLookups Lookups => _ranker.Lookups;

    /// <summary>Ranks the candidates with the version that is live now. If none is, the order is drawn from the request's seed.</summary>
    /// <param name="request">Not changed; it must not change while the page is read.</param>
    /// <param name="live">The version is leased to the end of the call.</param>
    /// <returns>The page, which the next call overwrites.</returns>
    public RankedPage Rank(RankRequest request, LiveModel live)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(live);
        using VersionLease lease = live.Acquire();
        int count = request.Count;
        Grow(count);
        _vectors.Clear();
        if (lease.Served is { } served)
        {
            Score(request, served);
        }
        else
        {
            Shuffle(_order.AsSpan(0, count), new SplitMix64(request.Seed));
        }

        _page.Begin(lease.Served, Math.Min(request.PageSize, count));
        Fill(request, lease.Served is not null);
        return _page;
    }

    private void Score(RankRequest request, ServedModel served)
    {
        int count = request.Count;
        for (int i = 0; i < count; i++)
        {
            BehaviourEvent candidate = request.Candidate(i);
            _features.Snapshot(candidate, EventTime.OfRequest(candidate.At, _features.Now), _vectors);
        }

        _ranker.Rank(
            served.Model, _vectors, request.Seed, _probabilities.AsSpan(0, count * _tasks), _order.AsSpan(0, count), _scores.AsSpan(0, count),
            _explored.AsSpan(0, count));
    }

    private void Fill(RankRequest request, bool isScored)
    {
        int length = Math.Min(request.PageSize, request.Count);
        for (int place = 0; place < length; place++)
        {
            int candidate = _order[place], position = request.FirstPosition + place;
            BehaviourEvent described = request.Candidate(candidate);
            if (!isScored)
            {
                // Without scores only what is shown needs a vector: the row of the place.
                _features.Snapshot(described, EventTime.OfRequest(described.At, _features.Now), _vectors);
            }

            _page.Add(
                isScored
                    ? new RankedItem(candidate, position, Math.Exp(_scores[candidate]), _explored[place])
                    : new RankedItem(candidate, position, double.NaN, IsExplored: false),
                isScored ? candidate : place,
                _features.BiasId(described.Surface, position),
                isScored ? _probabilities.AsSpan(candidate * _tasks, _tasks) : []);
        }
    }

    private void Grow(int count)
    {
        if (_order.Length < count)
        {
            _order = new int[count];
            _scores = new double[count];
            _explored = new bool[count];
            _probabilities = new float[count * _tasks];
        }
    }

    private static void Shuffle(Span<int> order, SplitMix64 random)
    {
        for (int i = 0; i < order.Length; i++)
        {
            int other = (int)(random.NextDouble() * (i + 1));
            order[i] = order[other];
            order[other] = i;
        }
    }
}
