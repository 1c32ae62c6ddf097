using System.Text.Json;
using System.Text.Json.Serialization;
using Freshet.Core.Versions;

namespace Freshet.Sync;

/// <summary>What a published version says of itself (docs/formats.md, "Model snapshots").</summary>
public sealed record ModelManifest
{
    /// <summary>The format this code writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Format version of the manifest.</summary>
    public required int Format { get; init; }

    /// <summary>Name of the scene.</summary>
    public required string Scene { get; init; }

    /// <summary>Name of the model in the zoo.</summary>
    public required string Model { get; init; }

    /// <summary>The version's name.</summary>
    public required string Version { get; init; }

    /// <summary>How it was trained.</summary>
    public required VersionKind Kind { get; init; }

    /// <summary>Event time up to which events were attributed, ms since the epoch.</summary>
    public required long Cutoff { get; init; }

    /// <summary>Newest event time learnt from, ms since the epoch.</summary>
    public required long Watermark { get; init; }

    /// <summary>Samples the model has learnt from since its base began.</summary>
    public required long Samples { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>XxHash128 of the body, hexadecimal.</summary>
    public required string Checksum { get; init; }

    /// <summary>What the gates found before it was published; empty where nothing was judged.</summary>
    public IReadOnlyList<GateResult> Gates { get; init; } = [];

    /// <summary>UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.ModelManifest);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where the bytes are no manifest.</summary>
    public static ModelManifest? FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, ManifestJson.Default.ModelManifest);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
