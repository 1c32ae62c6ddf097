namespace Freshet.Samples.Files;

/// <summary>One file of a cutoff.</summary>
/// <param name="Path">Relative to the scene's folder, with '/'.</param>
/// <param name="Day">Scene day of what it holds.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Checksum">XxHash3 of its bytes, 16 hexadecimal digits.</param>
public sealed record ManifestEntry(string Path, DateOnly Day, int Rows, long Bytes, string Checksum);
