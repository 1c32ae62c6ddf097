using Freshet.Pipeline.Tracks;

namespace Freshet.Tests.Pipeline.Tracks;

public sealed class TrackPlanTests
{
    [Fact]
    public void A_list_gives_the_arms_in_its_order() => Assert.Equal(
        [
            new TrackPlan("frozen", null, FollowsBases: false),
            new TrackPlan("daily", null, FollowsBases: true),
            new TrackPlan("full", TimeSpan.FromHours(2), FollowsBases: false) { IsFull = true },
            new TrackPlan("full-30m", TimeSpan.FromMinutes(30), FollowsBases: false) { IsFull = true },
            new TrackPlan("2h", TimeSpan.FromHours(2), FollowsBases: true),
            new TrackPlan("15m", TimeSpan.FromMinutes(15), FollowsBases: true),
            new TrackPlan("streaming", null, FollowsBases: true) { IsStreaming = true },
        ],
        TrackPlan.ParseList("frozen, daily,full,full-30m,2h,15m, streaming"));

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var error = Assert.Throws<FormatException>(() => TrackPlan.ParseList("hourly,full-13h,15m,15m,0m,13h,m,60s,1d"));

        Assert.Equal(
            "Arm 'hourly' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'. "
            + "Arm 'full-13h' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'. "
            + "Arm '15m' stands twice; name each once. "
            + "Arm '0m' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'. "
            + "Arm '13h' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'. "
            + "Arm 'm' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'. "
            + "Arm '60s' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'. "
            + "Arm '1d' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'.",
            error.Message);
    }

    [Fact]
    public void An_empty_list_says_what_to_name() => Assert.Equal(
        "No arm is named; use for example 'daily,2h,15m'.",
        Assert.Throws<FormatException>(() => TrackPlan.ParseList(" ,")).Message);
}
