using Freshet.Core.Samples;

namespace Freshet.Samples.Files;

/// <summary>One sample as a listing shows it: ids, when it was shown, labels.</summary>
/// <param name="UserId">Who saw it.</param>
/// <param name="RequestId">On which request.</param>
/// <param name="ItemId">What was shown.</param>
/// <param name="ShownAt">ms since the epoch.</param>
/// <param name="Repeats">Further impressions of the identity.</param>
/// <param name="Kind">Why it left.</param>
/// <param name="Labels">[B] whether each label of <see cref="SampleListing.Behaviours"/> is 1.</param>
/// <param name="LabelTimes">[B] event time that made the label 1, ms since the epoch; null where it is 0.</param>
public sealed record ListedSample(
    string UserId, string RequestId, string ItemId, long ShownAt, int Repeats, EmissionKind Kind, IReadOnlyList<bool> Labels, IReadOnlyList<long?> LabelTimes);
