using Freshet.Core.Versions;
using Freshet.Scenes;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>A store keeps <c>sync.keep</c> versions, and beyond them what is live and what waits to go live.</summary>
public sealed class VersionRetentionTests
{
    private static readonly Scene s_keepsOne = SmallStream.Scene with { Sync = SmallStream.Scene.Sync with { Keep = 1 } };

    [Fact]
    public void Versions_that_are_live_or_on_their_way_outlast_the_count_and_then_leave()
    {
        using var slow = new SmallStream(s_keepsOne, "4h", publishDelay: TimeSpan.FromHours(9));
        int most = 0;
        slow.Take(after: () => most = Math.Max(most, RequireInUse(slow)));

        using SmallStream all = new SmallStream(SmallStream.Scene, "4h", publishDelay: TimeSpan.FromHours(9)).Take();
        Assert.Equal(all.Versions(), slow.Versions());
        Assert.InRange(most, 3, 5);
    }

    [Fact]
    public void Without_a_delay_the_count_alone_decides()
    {
        using SmallStream fast = new SmallStream(s_keepsOne, "4h").Take();

        Assert.InRange(fast.Store("4h").List().Count, 1, 2);
        Assert.True(fast.Store("4h").Written.Count > 10);
    }

    [Fact]
    public void A_restart_finds_what_was_live_and_on_its_way_and_ends_as_one_pass()
    {
        var delay = TimeSpan.FromHours(9);
        using SmallStream once = new SmallStream(s_keepsOne, "4h", publishDelay: delay).Take();

        int at = SmallStream.Log.Count / 2;
        using SmallStream first = new SmallStream(s_keepsOne, "4h", publishDelay: delay).Take(0, at);
        using SmallStream again = first.Restarted(s_keepsOne, "4h", first.Checkpoint(everything: true));
        Assert.True(again.Pipeline.Tracks.All[0].Coming > 1);
        again.Take(at);
        again.Pipeline.Tracks.ReleaseVersions();

        Assert.Equal(once.Versions(), again.Versions());
        Assert.Equal(once.Store("4h").List(), again.Store("4h").List());
    }

    private static int RequireInUse(SmallStream stream)
    {
        IReadOnlyList<ModelVersion> there = stream.Store("4h").List();
        if (stream.Pipeline.Tracks.All[0].Live.Current is { } live)
        {
            Assert.Contains(live.Version, there);
        }

        Assert.True(there.Count >= stream.Pipeline.Tracks.All[0].Coming);
        return there.Count;
    }
}
