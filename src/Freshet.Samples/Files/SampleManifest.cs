using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Freshet.Samples.Files;

/// <summary>Names the files that make one cutoff. A cutoff is there if its manifest is.</summary>
public sealed record SampleManifest
{
    /// <summary>Version of the layout that this code writes and reads.</summary>
    public const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>Version of the layout.</summary>
    public required int Format { get; init; }

    /// <summary>Name of the scene.</summary>
    public required string Scene { get; init; }

    /// <summary>ms since the epoch.</summary>
    public required long Cutoff { get; init; }

    /// <summary>The oldest cutoff that is kept beside this one, ms since the epoch: earlier ones were removed, if there were any.</summary>
    public required long First { get; init; }

    /// <summary>Files of snapshots: each snapshot once.</summary>
    public required IReadOnlyList<ManifestEntry> Features { get; init; }

    /// <summary>Files of labels, one per day and hour that has samples, in their order.</summary>
    public required IReadOnlyList<ManifestEntry> Labels { get; init; }

    /// <summary>XxHash3 of the manifest with this field empty, 16 hexadecimal digits.</summary>
    public string Checksum { get; init; } = "";

    internal static string Sum(ReadOnlySpan<byte> bytes) => Text(XxHash3.HashToUInt64(bytes));

    internal static string Text(ulong sum) => sum.ToString("x16", CultureInfo.InvariantCulture);

    internal byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this with { Checksum = Sum(Unsigned()) }, s_json);

    /// <exception cref="SampleFileException">The file is no manifest of this format, or is damaged.</exception>
    internal static SampleManifest Decode(string path, byte[] content)
    {
        SampleManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<SampleManifest>(content, s_json);
        }
        catch (JsonException failure)
        {
            throw new SampleFileException(
                $"Manifest '{path}' is not complete JSON. Its cutoff cannot be read; remove the file to use the cutoff before it.", failure);
        }

        if (manifest is not { Format: CurrentFormat })
        {
            throw new SampleFileException(
                $"Manifest '{path}' has format {manifest?.Format}; this version reads format {CurrentFormat}. Nothing was changed. Use the version that wrote it, or join into another folder.");
        }

        string sum = Sum((manifest with { Checksum = "" }).Unsigned());
        return sum == manifest.Checksum ? manifest : throw new SampleFileException(
            $"Manifest '{path}' has checksum '{manifest.Checksum}', its content '{sum}'. Its cutoff cannot be read; " +
            "remove the file to use the cutoff before it.");
    }

    private byte[] Unsigned() => JsonSerializer.SerializeToUtf8Bytes(this with { Checksum = "" }, s_json);
}
