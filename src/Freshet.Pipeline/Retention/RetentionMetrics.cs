using System.Diagnostics.Metrics;
using Freshet.Pipeline.Checkpoints;
using Freshet.Scenes;

namespace Freshet.Pipeline.Retention;

/// <summary>What a pipeline keeps and drops, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>Gauges are recorded at ticks and counters when something leaves, never for an ordinary event. Thread-safe.</remarks>
public static class RetentionMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = CheckpointMetrics.MeterName;

    private static readonly Meter s_meter = new(MeterName);
    private static readonly Gauge<long> s_days = s_meter.CreateGauge<long>(
        "freshet.retention.days", "{day}", "Days of samples in memory.");

    private static readonly Counter<long> s_daysRemoved = s_meter.CreateCounter<long>(
        "freshet.retention.days_removed", "{day}", "Days of samples that left memory: no training can need them.");

    private static readonly Gauge<long> s_served = s_meter.CreateGauge<long>(
        "freshet.retention.served", "{vector}", "Feature vectors of ranked pages that wait for their impressions.");

    private static readonly Counter<long> s_servedEvicted = s_meter.CreateCounter<long>(
        "freshet.retention.served_evicted", "{vector}", "Of them those that left at the limit.");

    private static readonly Counter<long> s_quarantineEvicted = s_meter.CreateCounter<long>(
        "freshet.retention.quarantine_evicted", "{window}", "Windows that left the quarantine at its limit and may be learned.");

    private static readonly Gauge<long> s_versions = s_meter.CreateGauge<long>(
        "freshet.retention.versions", "{version}", "Versions in the store of an arm.");

    private static readonly Counter<long> s_versionsRemoved = s_meter.CreateCounter<long>(
        "freshet.retention.versions_removed", "{version}", "Versions removed from the store of an arm: more than sync.keep.");

    /// <summary>Shows how many days of samples are in memory.</summary>
    internal static void Days(Scene scene, int days) => s_days.Record(days, Tag(scene));

    /// <summary>Counts days of samples that left.</summary>
    internal static void DaysRemoved(Scene scene, int days) => s_daysRemoved.Add(days, Tag(scene));

    /// <summary>Shows how many vectors of ranked pages wait.</summary>
    internal static void Served(Scene scene, int vectors) => s_served.Record(vectors, Tag(scene));

    /// <summary>Counts a vector that left at the limit.</summary>
    internal static void ServedEvicted(Scene scene) => s_servedEvicted.Add(1, Tag(scene));

    /// <summary>Counts a window that left the quarantine at its limit.</summary>
    internal static void QuarantineEvicted(Scene scene) => s_quarantineEvicted.Add(1, Tag(scene));

    /// <summary>Shows how many versions the store of an arm holds, and counts those that were just removed.</summary>
    internal static void Versions(Scene scene, string arm, int versions, int removed)
    {
        s_versions.Record(versions, Tag(scene), new("arm", arm));
        s_versionsRemoved.Add(removed, Tag(scene), new("arm", arm));
    }

    private static KeyValuePair<string, object?> Tag(Scene scene) => new("scene", scene.Name);
}
