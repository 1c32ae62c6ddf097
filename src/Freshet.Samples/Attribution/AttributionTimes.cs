using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Attribution;

/// <summary>The durations of attribution, in ms, and the horizons that follow from them.</summary>
internal sealed class AttributionTimes
{
    private readonly SceneDays _days;
    private readonly long? _horizon;
    private readonly long _grace;

    public AttributionTimes(Scene scene, SceneDays days, IReadOnlyList<string> eventTypes)
    {
        AttributionOptions options = scene.Attribution;
        _days = days;
        _horizon = options.Horizon is { } horizon ? Milliseconds.Of(horizon) : null;
        _grace = Milliseconds.Of(options.Grace);
        MinAge = Milliseconds.Of(options.MinAge);
        EmitAfter = Milliseconds.Of(options.EmitAfter);
        OrphanWait = Milliseconds.Of(options.OrphanWait);
        Retain = options.RetainDays * Milliseconds.Day;
        Windows = [.. scene.Behaviours.Select(behaviour => Milliseconds.Of(behaviour.Window))];
        LongestWindow = Windows.Length == 0 ? 0 : Windows.Max();
        TypeWindows =
        [
            .. eventTypes.Select(type => scene.Behaviours.Where(behaviour => behaviour.EventType == type)
                .Select(behaviour => Milliseconds.Of(behaviour.Window)).DefaultIfEmpty(LongestWindow).Max()),
        ];
    }

    public long MinAge { get; }

    /// <summary>Immediate: how long the first row waits.</summary>
    public long EmitAfter { get; }

    public long OrphanWait { get; }

    public long Retain { get; }

    /// <summary>[B] window of each behaviour.</summary>
    public long[] Windows { get; }

    /// <summary>[types] the longest window of the behaviours that come from each event type; of all, where none comes from it.</summary>
    public long[] TypeWindows { get; }

    public long LongestWindow { get; }

    /// <summary>End of the horizon, exclusive, of what is shown at <paramref name="at"/>.</summary>
    public long HorizonEnd(long at) => _horizon is { } horizon ? at + horizon : _days.EndOf(_days.DayOf(at)) + _grace;

    /// <summary>The latest end of a horizon among what is shown on <paramref name="day"/>.</summary>
    public long LastHorizonEnd(int day) => _days.EndOf(day) + (_horizon ?? _grace);

    /// <summary>From this cutoff on, attribution of <paramref name="day"/> changes no more: horizons are over, nothing is held back.</summary>
    public long FinalFrom(int day) => Math.Max(LastHorizonEnd(day), _days.EndOf(day) + MinAge);

    /// <summary>The day of the last moment at which an identity is needed that expires at <paramref name="expiresAt"/>.</summary>
    public int LastDay(long expiresAt) => _days.DayOf(Math.Min(expiresAt - Retain, SceneDays.MaxAt));
}
