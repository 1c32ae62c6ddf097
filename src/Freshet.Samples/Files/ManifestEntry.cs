namespace Freshet.Samples.Files;

/// <summary>One file of a cutoff.</summary>
/// <param name="Path">Relative to the scene's folder, with '/'.</param>
/// <param name="Day">Scene day of what it holds.</param>
/// <param name="Hour">Hour of the scene's day, 0 to 23.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Checksum">XxHash3 of its bytes, 16 hexadecimal digits.</param>
/// <param name="Content">
/// Label files: XxHash3 of what the samples say, without the cutoff that gave the labels, 16 hexadecimal digits. Equal content is not written
/// again. Null in feature files.
/// </param>
public sealed record ManifestEntry(string Path, DateOnly Day, int Hour, int Rows, long Bytes, string Checksum, string? Content = null)
{
    /// <summary>Hours of the clock between what this file and <paramref name="other"/> hold.</summary>
    internal int HoursFrom(ManifestEntry other) => Math.Abs((24 * (Day.DayNumber - other.Day.DayNumber)) + Hour - other.Hour);
}
