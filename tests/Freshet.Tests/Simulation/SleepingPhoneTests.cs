namespace Freshet.Tests.Simulation;

public sealed class SleepingPhoneTests
{
    private static readonly PlatformRun s_run = PlatformRun.Shared;

    private static readonly Dictionary<(string, string, string), SeenEvent[]> s_impressions = s_run.Arrivals
        .Where(seen => seen.Type == "impression")
        .DistinctBy(seen => seen.EventId)
        .GroupBy(seen => seen.Identity)
        .ToDictionary(group => group.Key, group => group.OrderBy(seen => seen.At).ToArray());

    [Fact]
    public void Sleepers_look_at_the_old_page_again()
    {
        SeenEvent[][] repeated = [.. s_impressions.Values.Where(events => events.Length > 1)];

        double share = (double)repeated.Length / s_impressions.Count;
        Assert.InRange(share, 0.05, 0.15); // 0.3 of the users × 0.33, less the phones that wake after the end
        Assert.All(repeated, events =>
        {
            Assert.Equal(2, events.Length);
            Assert.NotEqual(events[0].EventId, events[1].EventId);
            Assert.Equal(events[0].Position, events[1].Position);
        });
    }

    [Fact]
    public void They_wake_minutes_to_hours_later()
    {
        double[] minutes = [.. s_impressions.Values
            .Where(events => events.Length > 1)
            .Select(events => (events[1].At - events[0].At) / 60_000.0)
            .Order()];

        Assert.True(minutes[0] >= 5);
        Assert.InRange(minutes[minutes.Length / 2], 60, 140);
        Assert.InRange(minutes[^1], 240, 1440);
    }

    [Fact]
    public void They_click_only_after_they_woke()
    {
        int clicks = 0;
        foreach (SeenEvent click in s_run.Truth.Where(seen => seen.Type == "click"))
        {
            if (s_impressions.TryGetValue(click.Identity, out SeenEvent[]? events) && events.Length > 1)
            {
                Assert.True(click.At > events[1].At);
                clicks++;
            }
        }

        Assert.True(clicks > 100);
    }

    [Fact]
    public void All_of_a_page_is_seen_again_at_once() =>
        Assert.All(
            s_impressions.Values.GroupBy(events => events[0].RequestId),
            page => Assert.True(page.Select(events => events[^1].At).Distinct().Count() == 1
                || page.Any(events => events.Length == 1))); // the end may cut a page in two
}
