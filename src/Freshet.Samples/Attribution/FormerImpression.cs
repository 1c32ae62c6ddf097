namespace Freshet.Samples.Attribution;

/// <summary>What was the first impression of an identity before an earlier one took its place.</summary>
/// <param name="Event">Its place among the kept events; -1 = the identity had no impression.</param>
/// <param name="ShownAt">Its time, ms since the epoch.</param>
/// <param name="Day">The day under which the identity was filed.</param>
internal readonly record struct FormerImpression(int Event, long ShownAt, int Day)
{
    /// <summary>Whether the identity had no impression.</summary>
    public bool IsNone => Event < 0;
}
