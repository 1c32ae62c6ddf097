using System.IO.Hashing;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Experiments.Arms;
using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Reports;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Simulation;

namespace Freshet.Experiments;

/// <summary>
/// The closed loop on the simulated platform: each user's pages are ranked by one arm's live model, what follows comes back as
/// events, and all arms learn from all of it.
/// </summary>
public sealed class Demo : IDisposable
{
    private const int EventsPerProgress = 2_000;
    private readonly Scene _scene;
    private readonly LivePlatform _platform;
    private readonly LearningLoop _loop;
    private readonly Ranker _ranker;
    private readonly SnapshotColumns _candidates;
    private readonly BehaviourEvent _candidate = new();
    private readonly Joiner _truth;
    private readonly TimeProvider _time;
    private readonly int _shown;
    private readonly ulong _seed;
    private float[] _probabilities = [];
    private int[] _order = [];

    /// <summary>A demo that has not begun.</summary>
    public Demo(
        Scene scene, PlatformOptions platform, LoopOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(platform);
        _scene = scene;
        _time = time;
        _shown = platform.ShownPerRequest;
        _seed = platform.Seed;
        _platform = new LivePlatform(platform);
        _loop = new LearningLoop(scene, options, time, cancellation);
        _ranker = new Ranker(scene);
        _candidates = new SnapshotColumns(scene.SnapshotSchema(), platform.CandidatesPerRequest);
        // Truth needs every day to the end, so nothing of it may be dropped.
        _truth = new Joiner(scene with
        {
            Attribution = scene.Attribution with { Mode = AttributionMode.Cumulative, RetainDays = 30 },
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    /// <summary>Runs the platform to its end.</summary>
    /// <param name="progress">Told how far the run is; null for nobody.</param>
    /// <param name="export">Every event is written here too, in order of arrival; null for none.</param>
    public ReplayReport Run(Action<LoopProgress>? progress = null, IEventSink? export = null)
    {
        long start = _time.GetTimestamp();
        while (_platform.TryAdvance(out PlatformStep step))
        {
            if (step == PlatformStep.Request)
            {
                Answer();
                continue;
            }

            export?.Write(_platform.Event);
            Tell(_platform.Event);
            _loop.Accept(_platform.Event);
            if (_loop.EventCount % EventsPerProgress == 0)
            {
                progress?.Invoke(new LoopProgress(_loop.Now, _loop.EventCount, _loop.PublishCount, "demo"));
            }
        }

        _loop.Finish();
        progress?.Invoke(new LoopProgress(_loop.Now, _loop.EventCount, _loop.PublishCount, "evaluate"));
        JudgedRows rows = JudgedRows.Collect(_loop.Attribution.Final, _loop.Predictions);
        return ReportBuilder.Build(
            _scene, _loop, rows, TrueSamples(), OnlineTraffic.Measure(rows, _loop.Arms, ArmOf), _time.GetElapsedTime(start));
    }

    /// <summary>The arm that ranks for a user: users are split by the hash of their id.</summary>
    private int ArmOf(ulong userHash) => (int)(userHash % (ulong)_loop.Arms.Count);

    private void Answer()
    {
        RankingRequest request = _platform.Request;
        int count = request.Candidates.Length;
        _loop.AdvanceTo(request.At);
        Arm arm = _loop.Arms[ArmOf(XxHash3.HashToUInt64(request.UserId))];
        ServedModel? live = arm.Live.Current;
        Grow(count);
        Span<int> order = _order.AsSpan(0, count);
        ulong requestSeed = SplitMix64.Stream(_seed, (ulong)request.Number).NextUInt64();
        if (live is null)
        {
            Shuffle(order, new SplitMix64(requestSeed));
        }
        else
        {
            _candidates.Clear();
            for (int i = 0; i < count; i++)
            {
                request.Describe(i, _candidate);
                _loop.Features.Snapshot(_candidate, _candidates);
            }

            _ranker.Rank(
                live.Model, _candidates, requestSeed, _probabilities.AsSpan(0, count * _scene.Behaviours.Count), order);
        }

        ReadOnlySpan<int> page = order[..Math.Min(_shown, count)];
        for (int position = 0; position < page.Length; position++)
        {
            KeepSnapshot(request, page[position], position);
        }

        _platform.Show(page, arm.Plan.Name, live?.Version.ToString() ?? "");
    }

    /// <summary>The snapshot of request time is kept with the impression to come: training never asks for a feature again.</summary>
    private void KeepSnapshot(RankingRequest request, int candidate, int position)
    {
        request.Describe(candidate, _candidate);
        _candidate.Position = position;
        _loop.Serve(IdentityKey.Of(_candidate), _loop.Samples.Features.Count);
        _loop.Features.Snapshot(_candidate, _loop.Samples.Features);
    }

    private void Tell(BehaviourEvent arrived)
    {
        if (arrived.Type.SequenceEqual("impression"u8))
        {
            _ = _truth.Add(arrived, 0);
        }
    }

    private SampleTable TrueSamples()
    {
        var behaviour = new BehaviourEvent();
        for (int i = 0; i < _platform.Truth.Count; i++)
        {
            _platform.Truth.Read(i, behaviour);
            _ = _truth.Add(behaviour, 0);
        }

        var samples = new SampleTable(_scene);
        _truth.CutAll(samples);
        return samples;
    }

    private void Grow(int count)
    {
        if (_order.Length < count)
        {
            _order = new int[count];
            _probabilities = new float[count * _scene.Behaviours.Count];
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
