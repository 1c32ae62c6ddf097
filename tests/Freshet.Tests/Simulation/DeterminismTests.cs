using Freshet.Core.Events;
using Freshet.Simulation;

namespace Freshet.Tests.Simulation;

public sealed class DeterminismTests
{
    private static readonly PlatformOptions s_small =
        new() { Seed = 3, Days = 2, Users = 100, Hosts = 60, RequestsPerDay = 300 };

    [Fact]
    public void The_same_seed_and_answers_give_the_same_events()
    {
        Assert.Equal(new PlatformRun(s_small).Arrivals, new PlatformRun(s_small).Arrivals);
    }

    [Fact]
    public void Another_seed_gives_other_events()
    {
        Assert.NotEqual(new PlatformRun(s_small).Arrivals, new PlatformRun(s_small with { Seed = 4 }).Arrivals);
    }

    [Fact]
    public void Requests_and_candidates_do_not_depend_on_what_was_shown()
    {
        var one = new PlatformRun(s_small, rankingSeed: 1);
        var other = new PlatformRun(s_small, rankingSeed: 2);

        Assert.Equal(one.Requests, other.Requests);
        Assert.NotEqual(one.Arrivals, other.Arrivals);
    }

    [Fact]
    public void A_host_at_the_same_place_of_the_same_page_meets_the_same_luck_whatever_is_shown_below()
    {
        // Only the first place is the same in both runs: its behaviours must be the same, event ids aside.
        string[] withOne = FirstPlaceBehaviours(places: 1), withSix = FirstPlaceBehaviours(places: 6);

        Assert.NotEmpty(withOne);
        Assert.Equal(withOne, withSix);
    }

    private static string[] FirstPlaceBehaviours(int places)
    {
        var platform = new LivePlatform(s_small);
        var firsts = new HashSet<(string, string)>();
        int[] order = [0, 1, 2, 3, 4, 5];
        while (platform.TryAdvance(out PlatformStep step))
        {
            if (step == PlatformStep.Request)
            {
                int shown = Math.Min(places, platform.Request.Candidates.Length);
                firsts.Add(($"r{platform.Request.Number}", $"h{platform.Request.Candidates[0]}"));
                platform.Show(order.AsSpan(0, shown), "first", "");
            }
        }

        var behaviours = new List<string>();
        var read = new BehaviourEvent();
        for (int i = 0; i < platform.Truth.Count; i++)
        {
            platform.Truth.Read(i, read);
            SeenEvent seen = SeenEvent.Of(read) with { EventId = "" };
            if (firsts.Contains((seen.RequestId, seen.ItemId)))
            {
                behaviours.Add(seen.ToString());
            }
        }

        return [.. behaviours];
    }
}
