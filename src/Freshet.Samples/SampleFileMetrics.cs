using System.Diagnostics.Metrics;
using Freshet.Samples.Files;
using Freshet.Scenes;

namespace Freshet.Samples;

/// <summary>What the files of a join hold, as instruments of the meter <see cref="JoinMetrics.MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>All instruments are observed, on any thread. Dispose it to take the instruments away.</remarks>
public sealed class SampleFileMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <summary>Makes the instruments.</summary>
    /// <param name="scene">Its name is the tag <c>scene</c>.</param>
    /// <param name="folder">The sample files.</param>
    /// <param name="vectors">The feature vectors that they do not hold yet.</param>
    /// <param name="factory">Makes the meter; null: it is made here.</param>
    public SampleFileMetrics(Scene scene, SampleFolder folder, VectorFile vectors, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(vectors);
        var tag = new KeyValuePair<string, object?>("scene", scene.Name);
        _meter = factory?.Create(JoinMetrics.MeterName) ?? new Meter(JoinMetrics.MeterName);
        _ = _meter.CreateObservableGauge(
            "freshet.samples.cutoffs", () => new Measurement<int>(folder.Cutoffs.Count, tag), "{cutoff}", "Cutoffs that the sample files hold.");
        _ = _meter.CreateObservableCounter(
            "freshet.samples.removed_cutoffs", () => new Measurement<long>(folder.RemovedCutoffs, tag), "{cutoff}", "Cutoffs removed because they were too many or too old.");
        _ = _meter.CreateObservableCounter(
            "freshet.samples.removed_files", () => new Measurement<long>(folder.RemovedFiles, tag), "{file}", "Label files removed with them.");
        _ = _meter.CreateObservableGauge(
            "freshet.vectors.rows", () => new Measurement<long>(vectors.RowsInMemory, tag), "{impression}", "Impressions whose feature vector has a row in memory, 40 bytes each.");
        _ = _meter.CreateObservableGauge(
            "freshet.vectors.size", () => new Measurement<long>(vectors.DiskBytes, tag), "By", "Feature vectors on disk that sample files do not hold yet, in whole segments.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
