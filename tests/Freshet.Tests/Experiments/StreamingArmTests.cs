using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Experiments;
using Freshet.Models;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Simulation;
using Freshet.Training.Gates;

namespace Freshet.Tests.Experiments;

/// <summary>A streaming arm in the whole loop, on the simulated platform.</summary>
public sealed class StreamingArmTests : IDisposable
{
    private const long Minute = 60_000;
    private static readonly IReadOnlyList<BehaviourEvent> s_log = SharedReplay.Log;
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-streaming-").FullName;
    private int _runs;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("lr")]
    [InlineData("esmm")]
    public void It_publishes_what_it_learnt_at_once_and_the_live_model_predicts_what_was_learnt(string model)
    {
        Scene scene = Scene(model);

        using ObservedPipeline loop = Run(scene, s_log, "15m,streaming");

        ModelTrack ticks = loop.Tracks[0], stream = loop.Tracks[1];
        Assert.True(stream.Publishes > 2 * ticks.Publishes, $"Published {stream.Publishes} and {ticks.Publishes} versions.");
        Assert.Empty(stream.Refusals);
        loop.AdvanceTo(loop.Pipeline.Now + Minute); // what is on its way goes live; nothing else is old enough to be learnt
        Assert.Equal(long.MaxValue, stream.NextSwapAt);
        Assert.Equal(stream.Stream!.Model.Watermark, stream.Live.Current!.Manifest.Watermark);
        Assert.Equal(Predict(stream.Stream.Model.Model, loop), Predict(stream.Live.Current.Model, loop));
    }

    [Fact]
    public void The_same_log_gives_the_same_scores_and_other_arms_keep_theirs()
    {
        Scene scene = Scene("esmm");

        using ObservedPipeline one = Run(scene, s_log, "frozen,2h,streaming"), again = Run(scene, s_log, "frozen,2h,streaming"), without = Run(scene, s_log, "frozen,2h");

        Assert.Equal(Scores(one, 2), Scores(again, 2));
        Assert.Equal(Scores(without, 0), Scores(one, 0));
        Assert.Equal(Scores(without, 1), Scores(one, 1));
        Assert.NotEqual(Scores(one, 1), Scores(one, 2));
    }

    [Fact]
    public void What_comes_later_changes_no_score_of_what_was_shown_before()
    {
        Scene scene = Scene("lr");

        using ObservedPipeline whole = Run(scene, s_log, "streaming"), part = Run(scene, [.. s_log.Take(s_log.Count * 3 / 4)], "streaming");

        float[] scores = Scores(part, 0);
        Assert.True(scores.Length > 100, $"Only {scores.Length} scores to compare.");
        Assert.Equal(scores, Scores(whole, 0)[..scores.Length]);
    }

    [Fact]
    public void Each_day_begins_anew_from_its_base_and_each_sample_is_learnt_once_a_day()
    {
        Scene scene = Scene("lr");
        long midnight = new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
        using var loop = new ObservedPipeline(scene, Options("daily,streaming"), TimeProvider.System);
        foreach (BehaviourEvent e in s_log.Where(e => Arrival(e) < midnight))
        {
            loop.Take(e);
        }

        ModelTrack daily = loop.Tracks[0], stream = loop.Tracks[1];
        loop.AdvanceTo(midnight);
        long firstBase = daily.SamplesLearnt, chain = stream.Stream!.Model.Samples;
        Assert.True(chain > firstBase, "Nothing was streamed on the first day.");
        Assert.Equal(stream.SamplesLearnt, chain);

        loop.AdvanceTo(midnight + Minute);

        // Nothing of the new day is old enough yet: the chain is the new base, and so is what is live.
        Assert.Equal(2, daily.Publishes);
        Assert.Equal(daily.SamplesLearnt - firstBase, stream.Stream.Model.Samples);
        Assert.Equal(Predict(daily.Live.Current!.Model, loop), Predict(stream.Live.Current!.Model, loop));
        Assert.Equal(Predict(daily.Live.Current.Model, loop), Predict(stream.Stream.Model.Model, loop));
    }

    [Theory]
    [InlineData(10, 30)]
    [InlineData(3_600, 30)]
    [InlineData(10, 3_600)]
    public void Versions_are_a_sync_interval_apart_and_few_are_on_their_way_at_once(int syncSeconds, int delaySeconds)
    {
        Scene scene = Scene("lr") with { Sync = new SyncOptions { Every = TimeSpan.FromSeconds(syncSeconds), Keep = 1 } };
        LoopOptions options = Options("streaming") with { PublishDelay = TimeSpan.FromSeconds(delaySeconds) };
        using var loop = new ObservedPipeline(scene, options, TimeProvider.System);
        ModelTrack arm = loop.Tracks[0];
        List<long> cutoffs = [];
        foreach (BehaviourEvent e in s_log)
        {
            loop.Take(e);
            Assert.InRange(arm.Coming, 0, 34);
            if (arm.Live.Current is { Manifest.Kind: VersionKind.Increment } live && (cutoffs.Count == 0 || cutoffs[^1] != live.Manifest.Cutoff))
            {
                cutoffs.Add(live.Manifest.Cutoff);
            }
        }

        long apart = Math.Max(1000L * syncSeconds, 1000L * delaySeconds / 32);
        Assert.True(cutoffs.Count > 10, $"Only {cutoffs.Count} versions went live.");
        Assert.All(cutoffs, cutoff => Assert.Equal(0, cutoff % (1000L * syncSeconds)));
        Assert.All(cutoffs.Zip(cutoffs.Skip(1)), pair => Assert.True(pair.Second - pair.First >= apart));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(options.ModelsFolder, "streaming")));
    }

    [Fact]
    public void A_click_stream_that_dies_is_refused_after_minutes_undone_and_learnt_again_when_it_is_back()
    {
        PlatformOptions platform = SmallPlatform.Options with { Users = 600, RequestsPerDay = 4_000 };
        long noon = new DateTimeOffset(2026, 3, 3, 20, 5, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
        List<BehaviourEvent> log = [.. SmallPlatform.Log(platform)
            .Where(e => IsImpression(e) || e.At < noon || e.At >= noon + (40 * Minute))
            .Where(e => Arrival(e) < noon + (180 * Minute))];

        using ObservedPipeline loop = Run(Scene("lr", judges: true), log, "streaming");

        ModelTrack arm = loop.Tracks[0];
        Assert.Contains(arm.Refusals, refusal => refusal.Gates.Any(gate => gate.Name == GateNames.PositiveRate));
        // Versions that passed before it may still have been on their way at the first refusal.
        Refusal first = arm.Refusals.First(refusal => refusal.Cutoff > arm.Refusals[0].Cutoff + Minute), last = arm.Refusals[^1];
        Assert.InRange(first.Cutoff, noon + (10 * Minute), noon + (50 * Minute));
        Assert.Equal(first.Live, last.Live);
        Assert.True(arm.Live.Current!.Manifest.Cutoff > last.Cutoff, "Nothing was published after the last refusal.");
    }

    private static bool IsImpression(BehaviourEvent e) => e.Type.SequenceEqual("impression"u8);

    private static long Arrival(BehaviourEvent e) => e.ReceivedAt != BehaviourEvent.NoTime ? e.ReceivedAt : e.At;

    private static Scene Scene(string model, bool judges = false) => SmallPlatform.Scene with
    {
        Model = SmallPlatform.Scene.Model with { Name = model },
        Gates = new GateOptions { Enabled = judges },
    };

    private LoopOptions Options(string arms) => SmallPlatform.Loop(Path.Combine(_folder, $"run{_runs++}"), arms);

    private ObservedPipeline Run(Scene scene, IReadOnlyList<BehaviourEvent> log, string arms)
    {
        var loop = new ObservedPipeline(scene, Options(arms), TimeProvider.System);
        foreach (BehaviourEvent arrived in log)
        {
            loop.Take(arrived);
        }

        loop.Finish();
        return loop;
    }

    private static float[] Scores(ObservedPipeline loop, int arm) =>
        [.. Enumerable.Range(0, loop.Samples.Features.Count).Where(row => loop.Predictions.Of(arm).IsScored(row))
            .Select(row => loop.Predictions.Of(arm).Score(row, task: 0))];

    private static float[] Predict(RankingModel model, ObservedPipeline loop)
    {
        float[] probabilities = new float[loop.Samples.Features.Count * model.TaskCount];
        model.Predict(loop.Samples.Features, 0, loop.Samples.Features.Count, probabilities, new ModelWorkspace(), referenceBias: false);
        return probabilities;
    }
}
