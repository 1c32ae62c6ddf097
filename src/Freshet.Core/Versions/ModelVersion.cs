using System.Globalization;

namespace Freshet.Core.Versions;

/// <summary>
/// Name of a published model: what it has learnt up to, which run of the day, and of which kind. Names sort by version.
/// </summary>
/// <param name="Watermark">Newest event time learnt from, ms since the epoch (event time).</param>
/// <param name="Sequence">Publish number within its store, from 1.</param>
public readonly record struct ModelVersion(long Watermark, long Sequence) : IComparable<ModelVersion>
{
    /// <summary>The name: <c>SEQUENCE-yyyyMMddTHHmmss</c>, the sequence with ten digits, the time in UTC.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Sequence:D10}-{DateTimeOffset.FromUnixTimeMilliseconds(Watermark):yyyyMMdd'T'HHmmss}");

    /// <inheritdoc/>
    public int CompareTo(ModelVersion other) => Sequence.CompareTo(other.Sequence);

    /// <summary>Whether <paramref name="left"/> was published before <paramref name="right"/>.</summary>
    public static bool operator <(ModelVersion left, ModelVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> was published after <paramref name="right"/>.</summary>
    public static bool operator >(ModelVersion left, ModelVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> was not published after <paramref name="right"/>.</summary>
    public static bool operator <=(ModelVersion left, ModelVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> was not published before <paramref name="right"/>.</summary>
    public static bool operator >=(ModelVersion left, ModelVersion right) => left.CompareTo(right) >= 0;
}
