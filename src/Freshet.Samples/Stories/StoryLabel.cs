namespace Freshet.Samples.Stories;

/// <summary>One label of a sample, and why it is what it is.</summary>
/// <param name="Behaviour">Name of the behaviour.</param>
/// <param name="At">Event time that made it 1, ms since the epoch; null where it is 0.</param>
/// <param name="Why">In words.</param>
public sealed record StoryLabel(string Behaviour, long? At, string Why);
