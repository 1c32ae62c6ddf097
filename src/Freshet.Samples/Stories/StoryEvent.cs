namespace Freshet.Samples.Stories;

/// <summary>One event in the story of a sample.</summary>
/// <param name="Type">Its type.</param>
/// <param name="EventId">Its id.</param>
/// <param name="At">Event time, ms since the epoch.</param>
/// <param name="ReceivedAt">When it arrived; null where the log does not say.</param>
/// <param name="Value">Seconds, money or a count; NaN where it has none.</param>
/// <param name="Outcome">What became of it when it arrived; null where it arrived after the cutoff and does not count.</param>
/// <param name="Fate">What had become of a behaviour at the end; null for impressions and for what is not kept.</param>
public sealed record StoryEvent(
    string Type, string EventId, long At, long? ReceivedAt, double Value, JoinOutcome? Outcome, BehaviourFate? Fate);
