namespace Freshet.Core.Time;

/// <summary>The calendar of a scene: days, hours, weekdays and shares of a day, in its time zone.</summary>
/// <remarks>
/// A day starts at the first instant whose local date is that day or a later one. So days tile the time line, whatever the
/// clocks do: a day that the zone skips is empty (its start is its end), a midnight that comes twice starts its day the first
/// time, and an hour that is played again lies in the day that has begun. Offsets are looked up once a minute of event time,
/// days once each; both are small caches. Allocates nothing. Not thread-safe.
/// </remarks>
public sealed class SceneDays
{
    /// <summary>Least instant with a day: 0001-01-03, ms since the epoch.</summary>
    public const long MinAt = -62_135_424_000_000;

    /// <summary>Greatest instant with a day: 9999-12-30, ms since the epoch.</summary>
    public const long MaxAt = 253_402_128_000_000;

    private const long Minute = Milliseconds.Minute;
    private const long Hour = Milliseconds.Hour;
    private const long Day = Milliseconds.Day;
    private const long Reach = 14 * Hour; // no offset is larger
    private const int EpochDay = 719_162; // day number of 1970-01-01
    private const int CacheSize = 64;
    private static readonly long s_first = new DateTimeOffset(DateTime.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long s_last = new DateTimeOffset(DateTime.MaxValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly TimeZoneInfo _zone;
    private readonly long[] _minutes = new long[CacheSize];
    private readonly long[] _offsets = new long[CacheSize];
    private readonly Bounds[] _days = new Bounds[CacheSize];
    private Bounds _latest;

    /// <summary>The calendar of <paramref name="zone"/>.</summary>
    public SceneDays(TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        _zone = zone;
        Array.Fill(_minutes, long.MinValue);
        Array.Fill(_days, new Bounds(int.MinValue, 0, 0));
        _latest = Find(EpochDay);
    }

    /// <summary>Whether <paramref name="at"/> lies in [<see cref="MinAt"/>, <see cref="MaxAt"/>].</summary>
    public static bool Covers(long at) => at is >= MinAt and <= MaxAt;

    /// <summary>The day of <paramref name="at"/>, ms since the epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> lies outside the calendar.</exception>
    public DateOnly DateOf(long at) => DateOnly.FromDayNumber(DayOf(at));

    /// <summary>First instant of <paramref name="day"/>, ms since the epoch.</summary>
    public long StartOf(DateOnly day) => Find(day.DayNumber).Start;

    /// <summary>First instant after <paramref name="day"/>, ms since the epoch; its start where the zone skips it.</summary>
    public long EndOf(DateOnly day) => Find(day.DayNumber).End;

    /// <summary>The day of <paramref name="at"/>, as a <see cref="DateOnly.DayNumber"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> lies outside the calendar.</exception>
    public int DayOf(long at)
    {
        if (!Covers(at))
        {
            throw new ArgumentOutOfRangeException(nameof(at), at, "The time lies outside the years 1 to 9999.");
        }

        return Holding(at).Day;
    }

    /// <summary>First instant after <paramref name="day"/>, a <see cref="DateOnly.DayNumber"/>.</summary>
    public long EndOf(int day) => Find(day).End;

    /// <summary>Hour of the local clock at <paramref name="at"/>, 0 to 23. Times outside the calendar count as its ends.</summary>
    public int HourOf(long at) => (int)(FloorRemainder(Local(at), Day) / Hour);

    /// <summary>1 (Monday) to 7 of the local date at <paramref name="at"/>. Times outside the calendar count as its ends.</summary>
    public int WeekdayOf(long at)
    {
        long local = Local(at);
        return (int)FloorRemainder(((local - FloorRemainder(local, Day)) / Day) + 3, 7) + 1; // 1970-01-01 was a Thursday
    }

    /// <summary>Share of its day that is over at <paramref name="at"/>, in [0, 1): a day of 23 or 25 hours ends at 1 too.</summary>
    public double ShareOf(long at)
    {
        at = Math.Clamp(at, MinAt, MaxAt);
        Bounds day = Holding(at);
        return (double)(at - day.Start) / (day.End - day.Start);
    }

    private static long FloorRemainder(long value, long divisor) => (value % divisor) + (value % divisor < 0 ? divisor : 0);

    /// <summary>The day that holds <paramref name="at"/>, which the calendar covers.</summary>
    private Bounds Holding(long at)
    {
        if (_latest.Holds(at))
        {
            return _latest;
        }

        // The local date, or a later one: where a clock goes back over midnight, the day that has begun stays.
        long local = Local(at);
        Bounds day = Find((int)((local - FloorRemainder(local, Day)) / Day) + EpochDay);
        while (at >= day.End)
        {
            day = Find(day.Day + 1);
        }

        return _latest = day;
    }

    private Bounds Find(int day)
    {
        ref Bounds known = ref _days[day & (CacheSize - 1)];
        if (known.Day != day)
        {
            known = new Bounds(day, Start(day), Start(day + 1));
        }

        return known;
    }

    /// <summary>Ms since the epoch on a clock of the scene.</summary>
    private long Local(long at)
    {
        at = Math.Clamp(at, MinAt, MaxAt);
        long start = at - FloorRemainder(at, Minute);
        int place = (int)(start / Minute) & (CacheSize - 1);
        if (_minutes[place] != start)
        {
            long offset = Offset(start);
            if (Offset(start + Minute - 1) != offset)
            {
                return at + Offset(at); // clocks of the 19th century changed at odd seconds
            }

            (_minutes[place], _offsets[place]) = (start, offset);
        }

        return at + _offsets[place];
    }

    /// <summary>The first instant at which the local clock shows <paramref name="day"/> or a later one.</summary>
    private long Start(int day)
    {
        long midnight = (day - EpochDay) * Day;
        long at = Math.Max(midnight - Reach, s_first), last = Math.Min(midnight + Reach, s_last);
        long offset = Offset(at);
        while (at < last && at + offset < midnight)
        {
            // Offsets hold for hours: between two looks they change once at most.
            long next = Math.Min(at + Hour, last);
            long change = Offset(next) == offset ? next : FirstChange(at, next, offset);
            if (midnight - offset < change)
            {
                return midnight - offset;
            }

            at = change;
            offset = Offset(at);
        }

        return at;
    }

    /// <summary>The first instant in (<paramref name="at"/>, <paramref name="next"/>] whose offset is not <paramref name="offset"/>.</summary>
    private long FirstChange(long at, long next, long offset)
    {
        while (next - at > 1)
        {
            long middle = at + ((next - at) / 2);
            (at, next) = Offset(middle) == offset ? (middle, next) : (at, middle);
        }

        return next;
    }

    private long Offset(long at) =>
        _zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime).Ticks / TimeSpan.TicksPerMillisecond;

    private readonly record struct Bounds(int Day, long Start, long End)
    {
        public bool Holds(long at) => at >= Start && at < End;
    }
}
