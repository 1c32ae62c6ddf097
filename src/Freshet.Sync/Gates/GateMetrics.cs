using System.Diagnostics.Metrics;
using Freshet.Core.Scenes;

namespace Freshet.Sync.Gates;

/// <summary>What became of trained versions, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
public static class GateMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Sync";

    private static readonly Meter s_meter = new(MeterName);
    private static readonly Counter<long> s_published = s_meter.CreateCounter<long>(
        "freshet.sync.published", "{version}", "Versions that passed the gates and were published.");

    private static readonly Counter<long> s_refused = s_meter.CreateCounter<long>(
        "freshet.sync.refused", "{version}", "Versions that a gate refused, by gate; two gates count twice.");

    /// <summary>Counts a version that was published.</summary>
    public static void Published(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        s_published.Add(1, new KeyValuePair<string, object?>("scene", scene.Name));
    }

    /// <summary>Counts a version that was refused, once a gate.</summary>
    public static void Refused(Scene scene, GateReport report)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(report);
        foreach (string gate in report.Refusals.Select(result => result.Name).Distinct())
        {
            s_refused.Add(1, new KeyValuePair<string, object?>("scene", scene.Name), new KeyValuePair<string, object?>("gate", gate));
        }
    }
}
