using System.Text.Json;
using System.Text.Json.Serialization;
using Freshet.Core.Versions;

namespace Freshet.Training.Gates;

/// <summary>A version that was not published: what, why, and what stayed live.</summary>
/// <param name="Kind">How it was trained.</param>
/// <param name="Cutoff">Event time of the training, ms since the epoch.</param>
/// <param name="Live">The version that stayed live; null where none was.</param>
/// <param name="Gates">The gates that refused.</param>
public sealed record Refusal(VersionKind Kind, long Cutoff, string? Live, IReadOnlyList<GateResult> Gates)
{
    /// <summary>One line of JSON, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RefusalJson.Default.Refusal);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Refusal FromJson(string json) =>
        JsonSerializer.Deserialize(json, RefusalJson.Default.Refusal) ?? throw new JsonException("The refusal is null.");

    /// <summary>One line for a log.</summary>
    public override string ToString() =>
        $"The {(Kind == VersionKind.Base ? "base" : "increment")} of {DateTimeOffset.FromUnixTimeMilliseconds(Cutoff):yyyy-MM-dd'T'HH:mm'Z'} was refused; " +
        $"{(Live is null ? "no version is live" : $"version {Live} stays live")}. " +
        string.Join(" ", Gates.Select(gate => $"{gate.Name}{(gate.Task is null ? "" : $" of '{gate.Task}'")}: {gate.Sentence}"));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class RefusalJson : JsonSerializerContext;
