using Freshet.Core.Samples;

namespace Freshet.Samples.Stories;

/// <summary>One sample of the identity whose story is told.</summary>
/// <param name="ShownAt">ms since the epoch.</param>
/// <param name="Kind">Why it left.</param>
/// <param name="AttributedAt">The cutoff or watermark that gave the labels, in mode <c>immediate</c> when it left, ms since the epoch.</param>
/// <param name="Repeats">Further impressions.</param>
/// <param name="Labels">[B] in the scene's order.</param>
public sealed record StorySample(long ShownAt, EmissionKind Kind, long AttributedAt, int Repeats, IReadOnlyList<StoryLabel> Labels);
