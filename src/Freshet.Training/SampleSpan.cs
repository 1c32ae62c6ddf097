namespace Freshet.Training;

/// <summary>A span of the order of training.</summary>
/// <param name="After">Exclusive, ms since the epoch.</param>
/// <param name="Until">Inclusive, ms since the epoch.</param>
public readonly record struct SampleSpan(long After, long Until)
{
    /// <summary>Whether <paramref name="at"/> lies in it.</summary>
    public bool Holds(long at) => at > After && at <= Until;
}
