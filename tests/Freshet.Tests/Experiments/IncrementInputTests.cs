using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Experiments;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Tests.Training;
using Freshet.Training.Gates;

namespace Freshet.Tests.Experiments;

/// <summary>Days and increments with little, nothing or the wrong thing in them (docs/operations.md, "Bad input").</summary>
public sealed class IncrementInputTests : IDisposable
{
    private const long Hour = 60 * TinyScene.Minute, Day = 24 * Hour;
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void An_increment_without_a_new_sample_is_not_published(Restart restart)
    {
        // Of the second day's 96 ticks three have something new: what was too young for the base; 10:00 to 10:05; 10:06 to 10:14.
        long ten = Day + (10 * Hour), end = ten + (15 * TinyScene.Minute);
        using ObservedPipeline loop = Run(
            Scene(restart), [.. Minutes(0, Day), .. Quiet(Day, ten), .. Minutes(ten, end), .. Quiet(end, (2 * Day) + (5 * TinyScene.Minute))]);
        ModelTrack arm = loop.Tracks[0];

        Assert.Equal((1 + 3 + 1, 0), (arm.Publishes, arm.Refusals.Count)); // two bases and three increments
        Assert.Equal(96 - 3, arm.Unchanged);
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void An_increment_with_one_sample_is_published(Restart restart)
    {
        long ten = Day + (10 * Hour);
        using ObservedPipeline loop = Run(Scene(restart), [.. Minutes(0, Day), .. Quiet(Day, ten), .. Minutes(ten, ten + 1), .. Quiet(ten + TinyScene.Minute, ten + Hour)]);
        ModelTrack arm = loop.Tracks[0];

        Assert.Equal((3, 0), (arm.Publishes, arm.Refusals.Count)); // the base, what was too young for it, and the one
        Assert.Equal((VersionKind.Increment, 1441), (arm.Live.Current!.Manifest.Kind, arm.Live.Current.Manifest.Samples));
        Assert.Contains(arm.Live.Current.Manifest.Gates, gate => gate.Name == GateNames.Volume && gate.Verdict == GateVerdict.Insufficient);
    }

    [Fact]
    public void A_first_day_without_samples_publishes_nothing_and_the_next_base_is_the_first()
    {
        List<string> log = [];
        BehaviourEvent stray = TinyScene.Click(1); // of an impression that nobody has seen
        using ObservedPipeline loop = Run(Scene(Restart.Base), [stray, .. Minutes(Day, (2 * Day) + Hour)], log.Add);
        ModelTrack arm = loop.Tracks[0];

        Refusal refusal = Assert.Single(arm.Refusals);
        Assert.Equal((VersionKind.Base, TinyScene.Start + Day, null), (refusal.Kind, refusal.Cutoff, refusal.Live));
        Assert.Equal(
            ["Arm '15m': The base of 2026-03-02T16:00Z was refused; no version is live. samples: There is no sample to learn. See whether impressions arrive, and whether the gates have left all of them out."],
            log);
        Assert.False(loop.Predictions.Of(0).IsScored(0));
        Assert.True(loop.Predictions.Of(0).IsScored(1441));
        Assert.Equal(1 + 3, arm.Publishes); // the base; the ticks to 00:45 that have something new
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void Without_a_base_of_the_day_increments_go_on_from_the_last_one_until_it_is_too_old(Restart restart)
    {
        // A base of the first day; nothing on the second, so none at its end; traffic again on the third. 36 h end at noon.
        Scene scene = Scene(restart);
        scene = scene with { Training = scene.Training with { BaseWindow = TimeSpan.FromDays(1), BaseMaxAge = TimeSpan.FromHours(36) } };
        List<string> log = [];
        using ObservedPipeline loop = Run(scene, [.. Minutes(0, Day), .. Minutes(2 * Day, (3 * Day) + Hour)], log.Add);
        ModelTrack arm = loop.Tracks[0];

        Assert.Equal((VersionKind.Base, TinyScene.Start + (2 * Day), GateNames.Samples), (arm.Refusals[0].Kind, arm.Refusals[0].Cutoff, arm.Refusals[0].Gates[0].Name));
        Refusal[] old = [.. arm.Refusals.Skip(1)];
        Assert.Equal(47, old.Length); // 12:15 to 23:45
        Assert.All(old, refusal => Assert.Equal(GateNames.BaseAge, Assert.Single(refusal.Gates).Name));
        Assert.Equal(TinyScene.Start + (2 * Day) + (12 * Hour) + (15 * TinyScene.Minute), old[0].Cutoff);
        Assert.Single(old.Select(refusal => refusal.Live).Distinct());
        Assert.Equal(
            $"Arm '15m': The increment of 2026-03-04T04:15Z was refused; version {old[0].Live} stays live. base_age: The base was trained 36.25 h before, " +
            "the limit training.base.max_age is 36 h. Nothing is learnt until there is a new base: see why the last ones were refused or had no samples.",
            log[1]);
        Assert.True(arm.Live.Current!.Manifest.Cutoff > TinyScene.Start + (3 * Day), "Nothing was published after the new base.");
        Assert.InRange(arm.Live.Current.Manifest.Samples, 1_400, 1_500); // of the third day alone
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void A_base_that_is_refused_leaves_the_one_before_and_the_chain_goes_on_from_it(Restart restart)
    {
        // Clicks die on the third day: windows of 15 samples tell nothing for sure, the whole day does.
        Scene scene = Scene(restart) with { Gates = new GateOptions { Surprise = 100, LogLoss = 100, PcocFrom = 0.001, PcocTo = 1000 } };
        using ObservedPipeline loop = Run(
            scene,
            [.. Minutes(0, 2 * Day), .. Minutes(2 * Day, 3 * Day).Where(e => e.Type.SequenceEqual("impression"u8)), .. Minutes(3 * Day, (3 * Day) + (3 * Hour))],
            arms: "daily,15m");
        (ModelTrack daily, ModelTrack arm) = (loop.Tracks[0], loop.Tracks[1]);

        Assert.All([daily, arm], each =>
        {
            Refusal refusal = Assert.Single(each.Refusals);
            Assert.Equal((VersionKind.Base, TinyScene.Start + (3 * Day), GateNames.PositiveRate), (refusal.Kind, refusal.Cutoff, Assert.Single(refusal.Gates).Name));
        });
        Assert.Equal((2, daily.Refusals[0].Live), (daily.Publishes, daily.Live.Current!.Version.ToString()));
        Assert.Equal(TinyScene.Start + (2 * Day), daily.Live.Current.Manifest.Cutoff);
        Assert.True(arm.Live.Current!.Manifest.Cutoff > TinyScene.Start + (3 * Day) + (2 * Hour), "Nothing was published after the refused base.");
        Assert.InRange(arm.Live.Current.Manifest.Samples, 4320 + 150, 4320 + 180); // second base, third day, and the fourth so far
    }

    /// <summary>One impression a minute from a time after the start on, and the clicks of even items.</summary>
    private static IEnumerable<BehaviourEvent> Minutes(long from, long until)
    {
        for (int number = (int)(from / TinyScene.Minute); number * TinyScene.Minute < until; number++)
        {
            yield return TinyScene.Impression(number);
            if (number * 3 % 10 % 2 == 0)
            {
                yield return TinyScene.Click(number);
            }
        }
    }

    /// <summary>Nothing is shown, and the clock goes on: one click a minute on a page that nobody has seen.</summary>
    private static IEnumerable<BehaviourEvent> Quiet(long from, long until)
    {
        for (int number = (int)(from / TinyScene.Minute); number * TinyScene.Minute < until; number++)
        {
            yield return TinyScene.Click(number);
        }
    }

    private static Scene Scene(Restart restart)
    {
        Scene scene = TinyScene.Of("lr");
        return scene with { Training = scene.Training with { Restart = restart } };
    }

    private ObservedPipeline Run(Scene scene, IReadOnlyList<BehaviourEvent> log, Action<string>? warn = null, string arms = "15m")
    {
        var loop = new ObservedPipeline(scene, SmallPlatform.Loop(_folder, arms) with { Warn = warn }, TimeProvider.System);
        foreach (BehaviourEvent e in log)
        {
            loop.Take(e);
        }

        loop.Finish();
        return loop;
    }
}
