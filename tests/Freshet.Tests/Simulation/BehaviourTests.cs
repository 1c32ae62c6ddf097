namespace Freshet.Tests.Simulation;

public sealed class BehaviourTests
{
    private static readonly PlatformRun s_run = PlatformRun.Shared;

    [Fact]
    public void A_watch_ends_its_length_after_a_click_of_its_identity()
    {
        var clicks = s_run.Truth.Where(seen => seen.Type == "click").Select(seen => (seen.Identity, seen.At)).ToHashSet();

        Assert.All(
            s_run.Truth.Where(seen => seen.Type == "watch"),
            watch => Assert.Contains((watch.Identity, watch.At - (long)Math.Round(watch.Value * 1000)), clicks));
    }

    [Fact]
    public void Nobody_watches_a_host_who_is_off_air() => Assert.All(
        s_run.Truth.Where(seen => seen.Type is "watch" or "interact" or "follow" or "gift"),
        seen => Assert.True(s_run.Platform.IsOnAir(PlatformRun.Index(seen.ItemId), seen.At - 1)));

    [Fact]
    public void Most_clicks_come_within_a_minute_and_some_take_hours()
    {
        Dictionary<string, long> requestedAt = s_run.Shown.DistinctBy(shown => shown.Request)
            .ToDictionary(shown => $"r{shown.Request}", shown => shown.At);
        double[] seconds = [.. s_run.Truth
            .Where(seen => seen.Type == "click")
            .DistinctBy(seen => seen.Identity)
            .Select(seen => (seen.At - requestedAt[seen.RequestId]) / 1000.0)
            .Order()];

        Assert.InRange(seconds[seconds.Length / 2], 5, 12);
        Assert.InRange((double)seconds.Count(delay => delay > 600) / seconds.Length, 0.08, 0.18);
        Assert.True(seconds[^1] > 4 * 3600);
    }

    [Fact]
    public void Behaviours_are_rarer_the_more_they_cost()
    {
        int Count(string type) => s_run.Truth.Where(seen => seen.Type == type).DistinctBy(seen => seen.Identity).Count();
        int long30 = s_run.Truth.Where(seen => seen.Type == "watch" && seen.Value >= 30).DistinctBy(seen => seen.Identity).Count();

        Assert.InRange((double)Count("click") / s_run.Shown.Count, 0.12, 0.3);
        Assert.InRange((double)long30 / Count("click"), 0.4, 0.7);
        Assert.True(Count("gift") > 20 && Count("follow") > Count("gift") && Count("interact") > Count("follow"));
    }

    [Fact]
    public void Some_rooms_are_opened_twice() =>
        Assert.InRange(
            s_run.Truth.Where(seen => seen.Type == "click").GroupBy(seen => seen.Identity).Count(clicks => clicks.Count() == 2)
                / (double)s_run.Truth.Where(seen => seen.Type == "click").DistinctBy(seen => seen.Identity).Count(),
            0.035, 0.06);
}
