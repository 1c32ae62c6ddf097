using System.IO.Hashing;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Tracks;
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
    private readonly ObservedPipeline _loop;
    private readonly PageRanker _ranker;
    private readonly RankRequest _request;
    private readonly int[] _shown;
    private readonly Joiner _truth;
    private readonly TimeProvider _time;
    private readonly ulong _seed;

    /// <summary>A demo that has not begun.</summary>
    public Demo(
        Scene scene, PlatformOptions platform, LoopOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(platform);
        _scene = scene;
        _time = time;
        _shown = new int[platform.ShownPerRequest];
        _seed = platform.Seed;
        _platform = new LivePlatform(platform);
        _loop = new ObservedPipeline(scene, options, time, cancellation);
        _ranker = new PageRanker(scene, _loop.Pipeline.Features);
        _request = new RankRequest { PageSize = platform.ShownPerRequest };
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
            _loop.Take(_platform.Event);
            if (_loop.Pipeline.EventCount % EventsPerProgress == 0)
            {
                progress?.Invoke(_loop.Progress("demo"));
            }
        }

        _loop.Finish();
        progress?.Invoke(_loop.Progress("evaluate"));
        JudgedRows rows = JudgedRows.Collect(_loop.Labels.Final, _loop.Predictions);
        return ReportBuilder.Build(
            _scene, _loop, rows, TrueSamples(), OnlineTraffic.Measure(rows, _loop.Tracks, ArmOf), _time.GetElapsedTime(start));
    }

    /// <summary>The arm that ranks for a user: users are split by the hash of their id.</summary>
    private int ArmOf(ulong userHash) => (int)(userHash % (ulong)_loop.Tracks.Count);

    private void Answer()
    {
        RankingRequest asked = _platform.Request;
        _loop.AdvanceTo(asked.At);
        ModelTrack arm = _loop.Tracks[ArmOf(XxHash3.HashToUInt64(asked.UserId))];
        _request.Clear();
        _request.Seed = SplitMix64.Stream(_seed, (ulong)asked.Number).NextUInt64();
        for (int i = 0; i < asked.Candidates.Length; i++)
        {
            asked.Describe(i, _request.AddCandidate());
        }

        RankedPage page = _ranker.Rank(_request, arm.Live);
        for (int i = 0; i < page.Count; i++)
        {
            _shown[i] = page.Items[i].Candidate;
            KeepVector(page, i);
        }

        _platform.Show(_shown.AsSpan(0, page.Count), arm.Plan.Name, page.Version?.ToString() ?? "");
    }

    /// <summary>The served vector is kept for the impression to come: training never asks for a feature again.</summary>
    private void KeepVector(RankedPage page, int index)
    {
        BehaviourEvent candidate = _request.Candidate(page.Items[index].Candidate);
        _loop.Pipeline.Serve(IdentityKey.Of(candidate), page.AppendVector(index, _loop.Samples.Features));
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
}
