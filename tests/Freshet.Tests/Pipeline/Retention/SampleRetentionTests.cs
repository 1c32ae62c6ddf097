using Freshet.Pipeline;
using Freshet.Scenes;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>Days of samples leave when no training can need them, and no version changes a bit for it.</summary>
public sealed class SampleRetentionTests
{
    [Theory]
    [InlineData("daily,4h", AttributionMode.Cumulative, Restart.Base)]
    [InlineData("daily,full-4h", AttributionMode.Window, Restart.Base)]
    [InlineData("4h", AttributionMode.Cumulative, Restart.Previous)]
    [InlineData("daily,streaming", AttributionMode.Immediate, Restart.Base)]
    public void Days_that_nobody_needs_leave_and_every_version_keeps_its_bits(string arms, AttributionMode mode, Restart restart)
    {
        Scene scene = SceneOf(mode, restart);
        using SmallStream all = new SmallStream(scene, arms, observers: [new Keeper()]).Take();

        int most = 0;
        using var kept = new SmallStream(scene, arms);
        kept.Take(after: () => most = Math.Max(most, kept.Pipeline.Samples.Days.Count));

        Assert.Equal(all.Versions(), kept.Versions());
        Assert.NotEmpty(kept.Versions());
        Assert.Equal(0, all.Pipeline.DaysRemoved);
        Assert.Equal(all.Pipeline.Samples.Days.Count, kept.Pipeline.DaysRemoved + kept.Pipeline.Samples.Days.Count);
        Assert.True(kept.Pipeline.DaysRemoved >= 2, $"{kept.Pipeline.DaysRemoved} days have left.");
        Assert.InRange(most, 3, 5);
        Assert.Equal(all.Pipeline.Samples.Days.TakeLast(kept.Pipeline.Samples.Days.Count), kept.Pipeline.Samples.Days);
    }

    [Theory]
    [InlineData("daily,4h", AttributionMode.Cumulative)]
    [InlineData("4h", AttributionMode.Window)]
    public void A_restart_between_and_after_removals_ends_as_one_pass(string arms, AttributionMode mode)
    {
        Scene scene = SceneOf(mode, Restart.Base);
        using SmallStream once = new SmallStream(scene, arms).Take();

        int early = SmallStream.Log.Count * 3 / 10, late = SmallStream.Log.Count * 8 / 10;
        using SmallStream first = new SmallStream(scene, arms).Take(0, early);
        byte[] whole = first.Checkpoint(everything: true);
        long removedBefore = first.Pipeline.DaysRemoved;
        first.Take(early, late);
        Assert.True(first.Pipeline.DaysRemoved > removedBefore);
        using SmallStream again = first.Restarted(scene, arms, whole, first.Checkpoint(everything: false));
        Assert.Equal(first.Pipeline.Samples.Days, again.Pipeline.Samples.Days);
        again.Take(late);

        Assert.Equal(once.Versions(), again.Versions());
        Assert.Equal(once.Pipeline.DaysRemoved, again.Pipeline.DaysRemoved);
        Assert.Equal(once.Pipeline.Samples.Days, again.Pipeline.Samples.Days);
    }

    [Fact]
    public void After_the_end_the_days_that_the_join_still_has_show_their_final_labels()
    {
        Scene scene = SceneOf(AttributionMode.Cumulative, Restart.Base);
        using SmallStream all = new SmallStream(scene, "daily", observers: [new Keeper()]).Take();
        using SmallStream kept = new SmallStream(scene, "daily").Take();

        all.Pipeline.Finish();
        kept.Pipeline.Finish();

        Assert.All(
            kept.Pipeline.Samples.Days,
            date => Assert.Equal(all.Pipeline.Samples.Day(date).ToArray(), kept.Pipeline.Samples.Day(date).ToArray()));
    }

    private static Scene SceneOf(AttributionMode mode, Restart restart) => SmallStream.Scene with
    {
        Attribution = SmallStream.Scene.Attribution with { Mode = mode },
        Training = SmallStream.Scene.Training with
        {
            Restart = restart,
            BaseStart = restart == Restart.Previous ? BaseStart.Previous : BaseStart.Scratch,
        },
    };

    private sealed class Keeper : IPipelineObserver
    {
        public bool NeedsAllDays => true;
    }
}
