namespace Freshet.Samples.Stories;

/// <summary>All that came of one identity, in order of arrival, and what it made.</summary>
/// <param name="UserId">Who saw it.</param>
/// <param name="RequestId">On which request.</param>
/// <param name="ItemId">What was shown.</param>
/// <param name="Events">In order of arrival.</param>
/// <param name="Samples">One in cumulative mode, one an entry in window mode; none where it is held back, waits, or has no impression.</param>
public sealed record SampleStory(
    string UserId, string RequestId, string ItemId, IReadOnlyList<StoryEvent> Events, IReadOnlyList<StorySample> Samples);
