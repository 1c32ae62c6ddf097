namespace Freshet.Samples.Time;

/// <summary>The days of a scene: local midnights of its time zone as instants. 23 and 25 hour days are days like others.</summary>
/// <remarks>
/// A day starts at the first instant whose local date is that day, also where a clock change skips midnight or plays it
/// twice. Not thread-safe (it remembers the days asked for last).
/// </remarks>
public sealed class SceneDays
{
    private readonly TimeZoneInfo _zone;
    private Bounds _latest;
    private Bounds _previous;

    /// <summary>The days of <paramref name="zone"/>.</summary>
    public SceneDays(TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        _zone = zone;
        _latest = Compute(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
        _previous = _latest;
    }

    /// <summary>Least instant with a day: 0001-01-03, ms since the epoch.</summary>
    public const long MinAt = -62_135_424_000_000;

    /// <summary>Greatest instant with a day: 9999-12-30, ms since the epoch.</summary>
    public const long MaxAt = 253_402_128_000_000;

    /// <summary>Whether <paramref name="at"/> lies in [<see cref="MinAt"/>, <see cref="MaxAt"/>].</summary>
    public static bool Covers(long at) => at is >= MinAt and <= MaxAt;

    /// <summary>The day of <paramref name="at"/>, ms since the epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> lies outside the calendar.</exception>
    public DateOnly DateOf(long at) => DateOnly.FromDayNumber(DayOf(at));

    /// <summary>First instant of <paramref name="day"/>, ms since the epoch.</summary>
    public long StartOf(DateOnly day) => Find(day.DayNumber).Start;

    /// <summary>First instant after <paramref name="day"/>, ms since the epoch.</summary>
    public long EndOf(DateOnly day) => Find(day.DayNumber).End;

    /// <summary>Hour of the local clock at <paramref name="at"/>, 0 to 23.</summary>
    public int HourOf(long at) => Local(at).Hour;

    internal int DayOf(long at)
    {
        if (!Covers(at))
        {
            throw new ArgumentOutOfRangeException(nameof(at), at, "The time lies outside the years 1 to 9999.");
        }

        if (_latest.Holds(at))
        {
            return _latest.Day;
        }

        return _previous.Holds(at) ? _previous.Day : Find(DateOnly.FromDateTime(Local(at).DateTime).DayNumber).Day;
    }

    internal long EndOf(int day) => Find(day).End;

    private Bounds Find(int day)
    {
        if (_latest.Day == day)
        {
            return _latest;
        }

        if (_previous.Day != day)
        {
            _previous = Compute(day);
        }

        (_latest, _previous) = (_previous, _latest);
        return _latest;
    }

    private Bounds Compute(int day) => new(day, Midnight(day), Midnight(day + 1));

    private DateTimeOffset Local(long at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), _zone);

    private long Midnight(int day)
    {
        DateTime local = DateOnly.FromDayNumber(day).ToDateTime(TimeOnly.MinValue);
        while (_zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1); // the clock jumps over midnight: the day starts where it lands
        }

        TimeSpan offset = _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Max() : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }

    private readonly record struct Bounds(int Day, long Start, long End)
    {
        public bool Holds(long at) => at >= Start && at < End;
    }
}
