using Freshet.Core.Events;

namespace Freshet.Tests.Simulation;

public sealed class ArrivalTests
{
    private static readonly PlatformRun s_run = PlatformRun.Shared;

    [Fact]
    public void Steps_come_in_order_of_processing_time()
    {
        for (int i = 1; i < s_run.Processed.Count; i++)
        {
            Assert.True(s_run.Processed[i - 1] <= s_run.Processed[i], $"Step {i} came out of order.");
        }
    }

    [Fact]
    public void No_event_arrives_before_it_happens() =>
        Assert.All(s_run.Arrivals, seen => Assert.True(seen.ReceivedAt >= seen.At));

    [Fact]
    public void No_event_arrives_after_the_tail()
    {
        long end = s_run.Options.Start.AddDays(s_run.Options.Days).Add(s_run.Options.Tail).ToUnixTimeMilliseconds();

        Assert.All(s_run.Arrivals, seen => Assert.True(seen.ReceivedAt < end));
    }

    [Fact]
    public void An_event_id_that_comes_again_has_the_same_content()
    {
        int again = 0;
        foreach (IGrouping<string, SeenEvent> copies in s_run.Arrivals.GroupBy(seen => seen.EventId))
        {
            Assert.Single(copies.Select(seen => seen with { ReceivedAt = 0 }).Distinct());
            again += copies.Count() - 1;
        }

        int sent = s_run.Arrivals.Count(seen => seen.IsBehaviour || seen.Type == "impression") - again;
        AssertShare(again, sent, s_run.Options.DuplicateShare);
    }

    [Fact]
    public void Every_behaviour_follows_an_impression_of_its_identity()
    {
        Dictionary<(string, string, string), long> shownAt = FirstImpressions();

        Assert.All(s_run.Truth, seen => Assert.True(seen.At > shownAt[seen.Identity]));
    }

    [Fact]
    public void Most_impressions_arrive_within_seconds()
    {
        long[] delays = [.. s_run.Arrivals.Where(seen => seen.Type == "impression").Select(seen => seen.ReceivedAt - seen.At).Order()];

        Assert.InRange(delays[delays.Length / 2], 1_000, 1_500);
        Assert.InRange(delays[delays.Length * 95 / 100], 2_000, 10_000);
    }

    [Fact]
    public void Some_behaviours_are_uploaded_late()
    {
        SeenEvent[] clicks = [.. s_run.Arrivals.Where(seen => seen.Type == "click").DistinctBy(seen => seen.EventId)];

        AssertShare(clicks.Count(seen => seen.ReceivedAt - seen.At > 60_000), clicks.Length, s_run.Options.OfflineShare);
    }

    [Fact]
    public void Some_clicks_are_lost_though_their_watch_arrives()
    {
        SeenEvent[] clicks = [.. s_run.Truth.Where(seen => seen.Type == "click")];
        SeenEvent[] lost = [.. clicks.Where(seen => seen.ReceivedAt == BehaviourEvent.NoTime)];
        var watched = s_run.Truth.Where(seen => seen.Type == "watch").Select(seen => seen.Identity).ToHashSet();
        var arrived = s_run.Arrivals.Select(seen => seen.EventId).ToHashSet();

        AssertShare(lost.Length, clicks.Length, s_run.Options.LostClickShare);
        Assert.All(lost, seen => Assert.True(watched.Contains(seen.Identity) && !arrived.Contains(seen.EventId)));
    }

    [Fact]
    public void Every_behaviour_that_arrives_is_in_the_truth_as_it_happened()
    {
        Dictionary<string, SeenEvent> truth = s_run.Truth.ToDictionary(seen => seen.EventId);

        Assert.All(
            s_run.Arrivals.Where(seen => seen.IsBehaviour),
            seen => Assert.Equal(truth[seen.EventId] with { ReceivedAt = 0 }, seen with { ReceivedAt = 0 }));
    }

    private static Dictionary<(string, string, string), long> FirstImpressions() => s_run.Arrivals
        .Where(seen => seen.Type == "impression")
        .GroupBy(seen => seen.Identity)
        .ToDictionary(group => group.Key, group => group.Min(seen => seen.At));

    /// <summary>Within four standard deviations of the binomial, three times that for draws that share a request.</summary>
    private static void AssertShare(int count, int of, double share)
    {
        double deviation = 4 * Math.Sqrt(3 * share * (1 - share) / of);
        Assert.InRange((double)count / of, share - deviation, share + deviation);
    }
}
