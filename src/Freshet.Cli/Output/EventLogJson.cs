using System.Text.Json;
using System.Text.Json.Serialization;
using Freshet.Storage.EventLog.Inspection;

namespace Freshet.Cli.Output;

/// <summary>What is in an event log, as JSON with the fields of docs/formats.md.</summary>
internal static class EventLogJson
{
    public static byte[] Write(EventLogReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(report, EventLogJsonContext.Default.EventLogReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EventLogReport))]
internal sealed partial class EventLogJsonContext : JsonSerializerContext;
