using System.Diagnostics.Metrics;
using Freshet.Scenes;

namespace Freshet.Features;

/// <summary>What a feature stage keeps, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>
/// All instruments are observed: an event costs nothing. A reading may happen on any thread while the stage works. Dispose it to take the
/// instruments away.
/// </remarks>
public sealed class FeatureMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Features";

    private readonly Meter _meter;
    private readonly FeatureStage _stage;
    private readonly KeyValuePair<string, object?> _scene;

    /// <summary>Makes the instruments of <paramref name="stage"/>.</summary>
    /// <param name="scene">Its scene; its name is the tag <c>scene</c>.</param>
    /// <param name="stage">Read when somebody listens.</param>
    /// <param name="factory">Makes the meter; null: it is made here.</param>
    public FeatureMetrics(Scene scene, FeatureStage stage, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(stage);
        _stage = stage;
        _scene = new KeyValuePair<string, object?>("scene", scene.Name);
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _ = _meter.CreateObservableGauge("freshet.features.kept", Kept, "{entry}", "What features keep, by kind.");
        _ = _meter.CreateObservableCounter("freshet.features.forgotten", Forgotten, "{entry}", "What features forgot, by kind and reason.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Kept()
    {
        FeatureSizes sizes = _stage.Sizes;
        yield return Of(sizes.Users, "user");
        yield return Of(sizes.Items, "item");
        yield return Of(sizes.ClosenessPairs, "closeness");
        yield return Of(sizes.Identities, "identity");
        yield return Of(sizes.WaitingEvents, "waiting_event");
        yield return Of(sizes.WindowKeys, "window_key");
    }

    private IEnumerable<Measurement<long>> Forgotten()
    {
        FeatureSizes sizes = _stage.Sizes;
        yield return Of(sizes.UsersOverLimit, "user", "limit");
        yield return Of(sizes.UsersOverAge, "user", "age");
        yield return Of(sizes.ItemsOverLimit, "item", "limit");
        yield return Of(sizes.ItemsOverAge, "item", "age");
        yield return Of(sizes.IdentitiesOverLimit, "identity", "limit");
    }

    private Measurement<long> Of(long count, string kind) => new(count, _scene, new("kind", kind));

    private Measurement<long> Of(long count, string kind, string reason) => new(count, _scene, new("kind", kind), new("reason", reason));
}
