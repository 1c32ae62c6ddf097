using Freshet.Core.Time;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Training.Gates;

namespace Freshet.Pipeline.Schedule;

/// <summary>The moments of event time at which something may be trained: multiples of each frequency from the start of the scene's day.</summary>
public sealed class TickSchedule
{
    private readonly SceneDays _days;
    private readonly long _step;
    private readonly long _baseAt;
    private long _dayStart = long.MinValue;
    private long _nextDay = long.MinValue;

    /// <summary>The schedule of some tracks.</summary>
    /// <param name="scene">Its days, and when bases are trained.</param>
    /// <param name="plans">Their update frequencies.</param>
    public TickSchedule(Scene scene, IEnumerable<TrackPlan> plans)
    {
        _days = new SceneDays(scene.TimeZone);
        _baseAt = Milliseconds.Of(scene.Training.BaseAt);
        long step = Milliseconds.Of(TimeSpan.FromDays(1));
        foreach (TrackPlan plan in plans)
        {
            TimeSpan? every = plan.IsStreaming ? scene.Sync.Every : plan.Every;
            step = every is { } time ? GreatestDivisor(step, Milliseconds.Of(time)) : step;
            step = plan.IsStreaming ? GreatestDivisor(step, Milliseconds.Of(StreamGates.Length(scene))) : step;
        }

        _step = _baseAt == 0 ? step : GreatestDivisor(step, _baseAt);
    }

    /// <summary>The first tick that is not before <paramref name="time"/>.</summary>
    public long FirstFrom(long time)
    {
        Enter(time);
        long tick = _dayStart + ((time - _dayStart + _step - 1) / _step * _step);
        return Math.Min(tick, _nextDay);
    }

    /// <summary>The tick after <paramref name="tick"/>.</summary>
    public long After(long tick) => FirstFrom(tick + 1);

    /// <summary>Whether bases are trained at <paramref name="tick"/>.</summary>
    public bool IsBaseTime(long tick)
    {
        Enter(tick);
        return tick - _dayStart == _baseAt;
    }

    /// <summary>Whether an arm with this frequency learns at <paramref name="tick"/>.</summary>
    public bool IsDue(long tick, TimeSpan every)
    {
        Enter(tick);
        return (tick - _dayStart) % Milliseconds.Of(every) == 0;
    }

    private static long GreatestDivisor(long a, long b) => b == 0 ? a : GreatestDivisor(b, a % b);

    private void Enter(long time)
    {
        if (time < _dayStart || time >= _nextDay)
        {
            DateOnly day = _days.DateOf(time);
            _dayStart = _days.StartOf(day);
            _nextDay = _days.EndOf(day);
        }
    }
}
