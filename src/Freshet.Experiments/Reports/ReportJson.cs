using System.Text.Json;
using System.Text.Json.Serialization;

namespace Freshet.Experiments.Reports;

/// <summary>Writes reports as JSON.</summary>
public static class ReportJson
{
    /// <summary>Indented UTF-8 JSON with the field names of docs/formats.md; numbers read back to the last bit.</summary>
    public static byte[] Write(ReplayReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.ReplayReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
