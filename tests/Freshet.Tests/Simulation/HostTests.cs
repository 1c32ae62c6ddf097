namespace Freshet.Tests.Simulation;

public sealed class HostTests
{
    private const long HourMs = 3_600_000;
    private static readonly PlatformRun s_run = PlatformRun.Shared;
    private static readonly long s_start = s_run.Options.Start.ToUnixTimeMilliseconds();

    [Fact]
    public void Only_hosts_on_air_are_candidates() => Assert.All(
        s_run.Shown, shown => Assert.True(s_run.Platform.IsOnAir(shown.Host, shown.At)));

    [Fact]
    public void About_a_third_of_the_hosts_is_on_air_most_in_the_evening()
    {
        int[] onAir = [.. Enumerable.Range(0, 48).Select(hour => Enumerable.Range(0, s_run.Platform.HostCount)
            .Count(host => s_run.Platform.IsOnAir(host, s_start + (hour * HourMs))))];

        Assert.InRange(onAir.Average(), 90, 150);
        Assert.True(onAir[21] + onAir[45] > 1.3 * (onAir[5] + onAir[29]));
    }

    [Fact]
    public void Statuses_say_who_is_on_air()
    {
        foreach (SeenEvent status in s_run.Arrivals.Where(seen => seen.Type == "item_status"))
        {
            bool isOnAir = s_run.Platform.IsOnAir(PlatformRun.Index(status.ItemId), status.At);
            Assert.Equal(isOnAir, status.Features.StartsWith("on_air=1;", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_host_shows_one_activity_after_the_other()
    {
        string[] activities = [.. s_run.Arrivals.Where(seen => seen.Type == "item_status").Select(seen => seen.Features.Split(';')[1]).Distinct()];

        Assert.Equal(7, activities.Length); // six and "off"
    }

    [Fact]
    public void New_hosts_come_at_midnight_and_as_many_leave()
    {
        int newHosts = (int)Math.Round(s_run.Options.Hosts * s_run.Options.NewHostShare);
        long midnight = s_start + (24 * HourMs);
        int[] shownBefore = [.. s_run.Shown.Where(shown => shown.At < midnight).Select(shown => shown.Host).Distinct()];

        Assert.Equal(s_run.Options.Hosts + newHosts, s_run.Platform.HostCount);
        Assert.DoesNotContain(shownBefore, host => host >= s_run.Options.Hosts);
        Assert.Contains(s_run.Shown, shown => shown.Host >= s_run.Options.Hosts);
    }

    [Fact]
    public void Every_profile_arrives_once_and_before_its_owner_is_shown()
    {
        Dictionary<string, long> profiles = s_run.Arrivals.Where(seen => seen.Type == "profile")
            .ToDictionary(seen => seen.UserId + seen.ItemId, seen => seen.ReceivedAt);

        Assert.Equal(s_run.Platform.UserCount + s_run.Platform.HostCount, profiles.Count);
        Assert.All(s_run.Shown, shown => Assert.True(
            profiles[$"u{shown.User}"] <= shown.At && profiles[$"h{shown.Host}"] <= shown.At));
    }
}
