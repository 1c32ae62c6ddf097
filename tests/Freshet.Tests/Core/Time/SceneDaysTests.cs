using CsCheck;
using Freshet.Core.Time;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Core.Time;

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

    /// <summary>All zones of the system: the days around every change of their clocks from 1900 to 2040, and some of each year.</summary>
    [Fact]
    public void Days_of_every_zone_tile_the_time_line_and_start_at_the_first_instant_of_their_date()
    {
        foreach (TimeZoneInfo zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var days = new SceneDays(zone);
            DateTime noon = new(1900, 1, 1, 12, 0, 0, DateTimeKind.Utc);
            TimeSpan offset = zone.GetUtcOffset(noon);
            for (; noon.Year < 2040; noon = noon.AddDays(1))
            {
                bool hasChanged = zone.GetUtcOffset(noon) != offset;
                offset = zone.GetUtcOffset(noon);
                if (!hasChanged && noon.DayOfYear % 100 != 7)
                {
                    continue;
                }

                long end = days.StartOf(DateOnly.FromDateTime(noon).AddDays(-3));
                for (int more = -3; more < 3; more++)
                {
                    end = AssertDay(zone, days, DateOnly.FromDateTime(noon).AddDays(more), end, looksAround: hasChanged && more is >= -1 and < 2);
                }
            }
        }
    }

    /// <summary>Checks one day that begins where the one before ended.</summary>
    private static long AssertDay(TimeZoneInfo zone, SceneDays days, DateOnly day, long end, bool looksAround)
    {
        (long start, long next) = (days.StartOf(day), days.EndOf(day));
        Assert.True(start == end && next >= start, $"{zone.Id} {day}: [{start}, {next}) after {end}");
        if (start != next) // else a day that the zone skips
        {
            Assert.True(days.DateOf(start) == day && days.DateOf(next - 1) == day, $"{zone.Id} {day}: its ends are of {days.DateOf(start)} and {days.DateOf(next - 1)}");
            Assert.True(days.ShareOf(start) == 0 && days.ShareOf(next - 1) < 1, $"{zone.Id} {day}: {days.ShareOf(start)} to {days.ShareOf(next - 1)}");
        }

        if (looksAround)
        {
            AssertFirst(zone, day, start);
        }

        return next;
    }

    [Theory]
    [InlineData("Pacific/Apia", "2011-12-30")]
    [InlineData("Pacific/Kwajalein", "1993-08-21")]
    public void A_day_that_the_zone_skips_is_empty(string id, string date)
    {
        var days = new SceneDays(TimeZoneInfo.FindSystemTimeZoneById(id));
        DateOnly day = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(days.StartOf(day), days.EndOf(day));
        Assert.Equal(day.AddDays(-1), days.DateOf(days.StartOf(day) - 1));
        Assert.Equal(day.AddDays(1), days.DateOf(days.StartOf(day)));
    }

    [Fact]
    public void A_midnight_that_is_played_again_leaves_the_day_that_has_begun()
    {
        var days = new SceneDays(TimeZoneInfo.FindSystemTimeZoneById("America/St_Johns"));
        var first = new DateTimeOffset(2006, 10, 29, 0, 0, 0, TimeSpan.FromHours(-2.5));

        long start = first.ToUnixTimeMilliseconds();

        Assert.Equal(start, days.StartOf(new DateOnly(2006, 10, 29)));
        Assert.Equal(new DateOnly(2006, 10, 29), days.DateOf(start + Minute)); // the clocks show 23:01 again
        Assert.Equal(23, days.HourOf(start + Minute));
        Assert.Equal(25 * Hour, days.EndOf(new DateOnly(2006, 10, 29)) - start);
    }

    [Fact]
    public void Hours_weekdays_and_shares_are_those_of_the_local_clock() =>
        Gen.Select(Gen.OneOfConst("UTC", "Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu"), Gen.Long[-50L * 365 * Day, 80L * 365 * Day]).Sample((id, at) =>
        {
            TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(id);
            var days = new SceneDays(zone);
            DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone);

            Assert.Equal(local.Hour, days.HourOf(at));
            Assert.Equal(local.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)local.DayOfWeek, days.WeekdayOf(at));
            Assert.InRange(days.ShareOf(at), 0, 1 - 1e-9);
        });

    private static DateOnly LocalDate(TimeZoneInfo zone, long at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone).DateTime);

    /// <summary>Looks at every quarter of an hour of the two days before, and at every millisecond's neighbor of the start.</summary>
    private static void AssertFirst(TimeZoneInfo zone, DateOnly day, long start)
    {
        Assert.True(LocalDate(zone, start) >= day, $"{zone.Id} {day} starts at {start}, when it is {LocalDate(zone, start)}");
        Assert.True(LocalDate(zone, start - 1) < day, $"{zone.Id} {day} starts at {start}, and it was {LocalDate(zone, start - 1)} before");
        for (long at = start - (15 * Minute); at > start - (2 * Day); at -= 15 * Minute)
        {
            Assert.True(LocalDate(zone, at) < day, $"{zone.Id} {day} starts at {start}, and was there at {at}");
        }
    }
}
