namespace Freshet.Features.Time;

/// <summary>The hour, weekday and share of the day at an instant, in the scene's time zone.</summary>
/// <remarks>Offsets are looked up once a minute of event time and day bounds once a day; both are small caches.</remarks>
internal sealed class SceneTime(TimeZoneInfo zone)
{
    private const long Minute = 60_000;
    private const long Day = 24 * 60 * Minute;
    private const int CacheSize = 64;
    private readonly long[] _minutes = CreateEmpty();
    private readonly long[] _offsets = new long[CacheSize];
    private long _dayStart;
    private long _dayEnd;

    /// <summary>Hour of the scene's day, 0 to 23.</summary>
    public int Hour(long at) => (int)(Local(at) % Day / (60 * Minute));

    /// <summary>1 (Monday) to 7.</summary>
    public int Weekday(long at) => (int)(((Local(at) / Day) + 3) % 7) + 1; // 1 January 1970 was a Thursday

    /// <summary>Share of the scene's day that is over, in [0, 1): a day of 23 or 25 hours ends at 1 too.</summary>
    public double DayFraction(long at)
    {
        at = Math.Clamp(at, Day, EventClock.Latest - (2 * Day));
        if (at < _dayStart || at >= _dayEnd)
        {
            DateTime date = DateTimeOffset.FromUnixTimeMilliseconds(Local(at)).UtcDateTime.Date;
            _dayStart = Start(date);
            _dayEnd = Start(date.AddDays(1));
        }

        return (double)(at - _dayStart) / (_dayEnd - _dayStart);
    }

    /// <summary>Ms since the epoch on a clock of the scene.</summary>
    private long Local(long at)
    {
        at = Math.Clamp(at, Day, EventClock.Latest - (2 * Day));
        long minute = at / Minute;
        int place = (int)(minute % CacheSize);
        if (_minutes[place] != minute)
        {
            _minutes[place] = minute;
            _offsets[place] = (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(minute * Minute)).TotalMilliseconds;
        }

        return at + _offsets[place];
    }

    private long Start(DateTime date)
    {
        DateTime local = DateTime.SpecifyKind(date, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1); // clocks that jump over midnight start the day where they land
        }

        // A midnight that comes twice on one day starts it the first time: at the larger offset.
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }

    private static long[] CreateEmpty()
    {
        long[] minutes = new long[CacheSize];
        Array.Fill(minutes, -1);
        return minutes;
    }
}
