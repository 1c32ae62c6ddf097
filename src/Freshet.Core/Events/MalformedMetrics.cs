using System.Diagnostics.Metrics;

namespace Freshet.Core.Events;

/// <summary>
/// What a file of malformed lines holds, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.
/// </summary>
/// <remarks>All instruments are observed, on any thread. Dispose it to take the instruments away.</remarks>
public sealed class MalformedMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Events";

    private readonly Meter _meter;

    /// <summary>Makes the instruments of <paramref name="file"/>.</summary>
    /// <param name="scene">Name of the scene, the tag <c>scene</c>.</param>
    /// <param name="file">Read when somebody listens.</param>
    /// <param name="factory">Makes the meter; null: it is made here.</param>
    public MalformedMetrics(string scene, MalformedLineFile file, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var tag = new KeyValuePair<string, object?>("scene", scene);
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _ = _meter.CreateObservableGauge(
            "freshet.malformed.size", () => new Measurement<long>(file.Size, tag), "By", "Bytes of the file of malformed lines.");
        _ = _meter.CreateObservableCounter(
            "freshet.malformed.not_written", () => new Measurement<long>(file.NotWritten, tag), "{line}",
            "Malformed lines that were counted and not written, because the file is full.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
