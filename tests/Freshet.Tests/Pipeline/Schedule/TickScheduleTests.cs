using Freshet.Core.Time;
using Freshet.Pipeline.Schedule;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Tests.Training;

namespace Freshet.Tests.Pipeline.Schedule;

public sealed class TickScheduleTests
{
    private const long Hour = 3_600_000;
    private static readonly IReadOnlyList<TrackPlan> s_plans = TrackPlan.ParseList("daily,2h,15m");

    [Fact]
    public void Ticks_are_multiples_of_the_frequencies_from_the_start_of_the_scenes_day()
    {
        var schedule = new TickSchedule(TinyScene.Of(), s_plans);

        Assert.Equal(TinyScene.Start, schedule.FirstFrom(TinyScene.Start));
        Assert.Equal(TinyScene.Start + (Hour / 4), schedule.FirstFrom(TinyScene.Start + 1));
        Assert.True(schedule.IsBaseTime(TinyScene.Start));
        Assert.False(schedule.IsBaseTime(TinyScene.Start + Hour));
        Assert.True(schedule.IsDue(TinyScene.Start + (2 * Hour), TimeSpan.FromHours(2)));
        Assert.False(schedule.IsDue(TinyScene.Start + Hour, TimeSpan.FromHours(2)));
    }

    [Fact]
    public void A_streaming_arm_has_a_tick_every_sync_interval_of_the_scene()
    {
        Scene scene = TinyScene.Of() with { Sync = new SyncOptions { Every = TimeSpan.FromSeconds(20) } };
        var schedule = new TickSchedule(scene, TrackPlan.ParseList("daily,15m,streaming"));

        Assert.Equal(TinyScene.Start + 20_000, schedule.After(TinyScene.Start));
        Assert.Equal(TinyScene.Start + 40_000, schedule.After(TinyScene.Start + 20_000));
        Assert.True(schedule.IsBaseTime(TinyScene.Start));
    }

    [Theory]
    [InlineData("2026-03-29", 92)] // Berlin: the clocks go forward, the day has 23 hours
    [InlineData("2026-10-25", 100)] // and back: 25 hours
    [InlineData("2026-06-01", 96)]
    public void A_day_of_a_clock_change_has_the_ticks_of_its_length(string date, int expected)
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Scene scene = TinyScene.Of() with { TimeZone = berlin };
        var schedule = new TickSchedule(scene, s_plans);
        DateOnly day = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
        var days = new SceneDays(berlin);
        long end = days.EndOf(day);
        int ticks = 0, bases = 0;

        for (long tick = schedule.FirstFrom(days.StartOf(day)); tick < end; tick = schedule.After(tick))
        {
            ticks++;
            bases += schedule.IsBaseTime(tick) ? 1 : 0;
        }

        Assert.Equal(expected, ticks);
        Assert.Equal(1, bases);
        Assert.True(schedule.IsBaseTime(end));
    }

    [Theory]
    [InlineData("Pacific/Apia", "2011-12-28")] // 30 December was skipped
    [InlineData("Pacific/Kwajalein", "1993-08-19")]
    [InlineData("America/St_Johns", "2006-10-27")] // a minute after midnight it was 23:01 again
    [InlineData("America/Sao_Paulo", "2017-10-13")]
    [InlineData("Asia/Beirut", "2023-03-24")]
    [InlineData("Africa/Cairo", "2023-04-27")]
    [InlineData("America/Havana", "2023-11-03")]
    public void Ticks_advance_strictly_through_days_that_a_zone_skips_or_has_twice(string zone, string from)
    {
        Scene scene = TinyScene.Of() with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
        var days = new SceneDays(scene.TimeZone);
        var schedule = new TickSchedule(scene, s_plans);
        DateOnly first = DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        long end = days.StartOf(first.AddDays(5));
        var bases = new List<long>();

        long tick = schedule.FirstFrom(days.StartOf(first));
        for (int ticks = 0; tick < end; ticks++)
        {
            Assert.True(ticks < 6 * 100, $"{ticks} ticks until {tick}");
            bases.AddRange(schedule.IsBaseTime(tick) ? [tick] : []);
            long next = schedule.After(tick);
            Assert.InRange(next, tick + 1, tick + (Hour / 4));
            tick = next;
        }

        long[] starts = [.. Enumerable.Range(0, 5).Select(i => days.StartOf(first.AddDays(i))).Distinct()];
        Assert.Equal(starts, bases);
    }
}
