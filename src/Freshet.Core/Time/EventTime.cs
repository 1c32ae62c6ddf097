namespace Freshet.Core.Time;

/// <summary>The time of one event: what it says, as far as that is believed, and what the clock says once it is taken. It travels with the event.</summary>
/// <param name="At">
/// Believed time of the event, ms since the epoch: its <c>at</c>, or its <c>received_at</c> where <c>at</c> is later than that by
/// more than <c>max_skew</c>.
/// </param>
/// <param name="Now">The stage's event time once the event is taken, ms since the epoch.</param>
/// <param name="HasBegun">
/// Whether the clock has begun. Until then <paramref name="Now"/> is what it would be if the input ended here, and may go back.
/// </param>
public readonly record struct EventTime(long At, long Now, bool HasBegun = true)
{
    /// <summary>The time at which the event counts: its own, or the clock's where that has not come so far (docs/features.md).</summary>
    public long Counted => Math.Min(At, Now);

    /// <summary>The time of a request that is answered now: event and clock say the same.</summary>
    /// <param name="at">Time of the request, ms since the epoch.</param>
    /// <param name="now">The stage's event time; the request is never earlier.</param>
    public static EventTime OfRequest(long at, long now) => new(Math.Max(at, now), Math.Max(at, now));
}
