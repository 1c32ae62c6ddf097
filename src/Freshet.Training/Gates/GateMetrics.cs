using System.Diagnostics.Metrics;
using Freshet.Core.Versions;
using Freshet.Scenes;

namespace Freshet.Training.Gates;

/// <summary>What became of trained versions, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>Recorded a few times a tick, never for a sample. Thread-safe.</remarks>
public static class GateMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Sync";

    private static readonly Meter s_meter = new(MeterName);
    private static readonly Counter<long> s_published = s_meter.CreateCounter<long>(
        "freshet.sync.published", "{version}", "Versions that passed the gates and were published.");

    private static readonly Counter<long> s_unchanged = s_meter.CreateCounter<long>(
        "freshet.sync.unchanged", "{version}", "Versions that passed the gates and were not published, since they equal the one before.");

    private static readonly Counter<long> s_refused = s_meter.CreateCounter<long>(
        "freshet.sync.refused", "{version}", "Versions that a gate refused, by gate; two gates count twice.");

    private static readonly Gauge<double> s_value = s_meter.CreateGauge<double>(
        "freshet.sync.gate", "1", "What a gate measured last, in the unit of its limits.");

    private static readonly Gauge<long> s_quarantined = s_meter.CreateGauge<long>(
        "freshet.sync.quarantined", "{window}", "Windows that are not learnt since a gate refused their samples.");

    private static readonly Gauge<double> s_baseAge = s_meter.CreateGauge<double>(
        "freshet.sync.base_age", "s", "How long ago in event time the base was trained that increments go back to.");

    /// <summary>Counts a version of an arm that was published.</summary>
    public static void Published(Scene scene, string arm) => s_published.Add(1, SceneTag(scene), ArmTag(arm));

    /// <summary>Counts a version of an arm that was not published because it has nothing new.</summary>
    public static void Unchanged(Scene scene, string arm) => s_unchanged.Add(1, SceneTag(scene), ArmTag(arm));

    /// <summary>Counts a version of an arm that was refused, once a gate.</summary>
    public static void Refused(Scene scene, string arm, GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (string gate in report.Refusals.Select(result => result.Name).Distinct())
        {
            s_refused.Add(1, SceneTag(scene), ArmTag(arm), new("gate", gate));
        }
    }

    /// <summary>Shows what the gates of an arm measured.</summary>
    public static void Judged(Scene scene, string arm, GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (GateResult result in report.Results)
        {
            if (result.Value is { } value)
            {
                s_value.Record(value, SceneTag(scene), ArmTag(arm), new("gate", result.Name), new("task", result.Task ?? ""));
            }
        }
    }

    /// <summary>Shows how many windows are left out.</summary>
    public static void Quarantined(Scene scene, int windows) => s_quarantined.Record(windows, SceneTag(scene));

    /// <summary>Shows the age of the base.</summary>
    public static void BaseAge(Scene scene, TimeSpan age) => s_baseAge.Record(age.TotalSeconds, SceneTag(scene));

    private static KeyValuePair<string, object?> SceneTag(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return new("scene", scene.Name);
    }

    private static KeyValuePair<string, object?> ArmTag(string arm) => new("arm", arm);
}
