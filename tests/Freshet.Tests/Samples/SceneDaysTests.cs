using CsCheck;
using Freshet.Samples.Time;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

public sealed class SceneDaysTests
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Asia/Shanghai")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/Havana")] // midnight twice, midnight skipped
    [InlineData("America/Sao_Paulo")] // midnight skipped, until 2018
    public void Days_follow_one_another_without_gap_and_hold_what_the_local_clock_says(string id)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var days = new SceneDays(zone);
        long start = new DateTimeOffset(2017, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

        Gen.Long[start, start + (6 * 365 * Day)].Sample(at =>
        {
            DateOnly date = days.DateOf(at);
            Assert.Equal(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone).DateTime), date);
            Assert.InRange(at, days.StartOf(date), days.EndOf(date) - 1);
            Assert.Equal(days.EndOf(date), days.StartOf(date.AddDays(1)));
            Assert.Equal(date.AddDays(-1), days.DateOf(days.StartOf(date) - 1));
        }, iter: 1000, threads: 1);
    }

    [Fact]
    public void The_first_and_last_instants_have_days_and_those_beyond_are_refused()
    {
        var days = new SceneDays(TimeZoneInfo.FindSystemTimeZoneById("Pacific/Kiritimati"));

        Assert.Equal(new DateOnly(1, 1, 3), days.DateOf(SceneDays.MinAt));
        Assert.True(days.EndOf(days.DateOf(SceneDays.MaxAt)) > SceneDays.MaxAt);
        Assert.Throws<ArgumentOutOfRangeException>(() => days.DateOf(SceneDays.MaxAt + 1));
    }
}
