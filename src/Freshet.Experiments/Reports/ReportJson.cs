using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Freshet.Pipeline.Joining;
using Freshet.Samples.Delays;

namespace Freshet.Experiments.Reports;

/// <summary>Writes reports as JSON.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Indented UTF-8 JSON with the field names of docs/formats.md; numbers read back to the last bit.</summary>
    public static byte[] Write(ReplayReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.ReplayReport);

    /// <summary>The same for a join.</summary>
    public static byte[] Write(JoinReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.JoinReport);

    /// <summary>The same for a study of settings.</summary>
    public static byte[] Write(StudyReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.StudyReport);

    /// <summary>The same for a study of labels.</summary>
    public static byte[] Write(LabelStudyReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.LabelStudyReport);

    /// <summary>The same for the increments of a day.</summary>
    public static byte[] Write(IncrementReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.IncrementReport);

    /// <summary>The same for window advice alone.</summary>
    public static byte[] Write(WindowAdvice advice) =>
        JsonSerializer.SerializeToUtf8Bytes(advice, ReportJsonContext.Default.WindowAdvice);

    /// <summary>The same for the slots of a log.</summary>
    public static byte[] Write(FeatureReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.FeatureReport);

    /// <summary>The same for a benchmark; what it did not measure is left out.</summary>
    public static byte[] Write(BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        JsonObject json = JsonSerializer.SerializeToNode(report, ReportJsonContext.Default.BenchmarkReport)!.AsObject();
        foreach (string absent in json.Where(field => field.Value is null).Select(field => field.Key).ToArray())
        {
            _ = json.Remove(absent);
        }

        if (report is { RankP50Us: { } median, RankP99Us: { } slow, Candidates: { } candidates })
        {
            json[string.Create(CultureInfo.InvariantCulture, $"rank_{candidates}_p50_us")] = median;
            json[string.Create(CultureInfo.InvariantCulture, $"rank_{candidates}_p99_us")] = slow;
        }

        return Encoding.UTF8.GetBytes(json.ToJsonString(s_indented));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(StudyReport))]
[JsonSerializable(typeof(JoinReport))]
[JsonSerializable(typeof(LabelStudyReport))]
[JsonSerializable(typeof(FeatureReport))]
[JsonSerializable(typeof(BenchmarkReport))]
[JsonSerializable(typeof(IncrementReport))]
[JsonSerializable(typeof(WindowAdvice))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
