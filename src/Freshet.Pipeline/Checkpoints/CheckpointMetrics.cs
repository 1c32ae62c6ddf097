using System.Diagnostics.Metrics;
using Freshet.Scenes;

namespace Freshet.Pipeline.Checkpoints;

/// <summary>What checkpoints cost, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>All instruments are observed. Dispose it to take the instruments away.</remarks>
public sealed class CheckpointMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Pipeline";

    private readonly Meter _meter;

    /// <summary>Makes the instruments of <paramref name="checkpoints"/>.</summary>
    /// <param name="scene">Its scene; its name is the tag <c>scene</c>.</param>
    /// <param name="checkpoints">Read when somebody listens.</param>
    /// <param name="factory">Makes the meter; null: it is made here.</param>
    public CheckpointMetrics(Scene scene, CheckpointChain checkpoints, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(checkpoints);
        var tag = new KeyValuePair<string, object?>("scene", scene.Name);
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _ = _meter.CreateObservableGauge(
            "freshet.checkpoint.hold", () => new Measurement<double>(checkpoints.LastHold.TotalSeconds, tag), "s", "How long the last checkpoint held the stream.");
        _ = _meter.CreateObservableGauge(
            "freshet.checkpoint.write", () => new Measurement<double>(checkpoints.LastWrite.TotalSeconds, tag), "s",
            "How long the last checkpoint took to be written, beside the stream.");
        _ = _meter.CreateObservableGauge(
            "freshet.checkpoint.size", () => new Measurement<long>(checkpoints.LastSize, tag), "By", "Bytes of the last checkpoint.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
