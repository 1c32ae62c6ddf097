using System.Diagnostics.Metrics;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Samples.Delays;
using Freshet.Scenes;

namespace Freshet.Samples;

/// <summary>What a joiner counts, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>
/// All instruments are observed: an event costs nothing, a reading allocates. A reading may happen on any thread while the joiner works; it sees
/// each number as it was at some moment, not all of them at the same. Dispose it to take the instruments away.
/// </remarks>
public sealed class JoinMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Samples";

    private static readonly BehaviourFate[] s_fates = Enum.GetValues<BehaviourFate>();
    private readonly Meter _meter;
    private readonly Scene _scene;
    private readonly Joiner _joiner;
    private readonly string[] _types;
    private readonly KeyValuePair<string, object?> _sceneTag;

    /// <summary>Makes the instruments of <paramref name="joiner"/>.</summary>
    /// <param name="scene">Its scene; its name is the tag <c>scene</c>.</param>
    /// <param name="joiner">Read when somebody listens.</param>
    /// <param name="factory">Makes the meter; null: it is made here.</param>
    public JoinMetrics(Scene scene, Joiner joiner, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(joiner);
        (_scene, _joiner) = (scene, joiner);
        _sceneTag = new KeyValuePair<string, object?>("scene", scene.Name);
        _types = [.. scene.Behaviours.Select(behaviour => behaviour.EventType).Concat(scene.Regressions.Select(regression => regression.EventType)).Distinct()];
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        JoinCounters counters = joiner.Counters;

        // A fate is revised when its impression comes, so the number of one outcome may fall: up-down counters.
        _ = _meter.CreateObservableUpDownCounter("freshet.join.events", Events, "{event}", "Events by type and what became of them.");
        _ = _meter.CreateObservableUpDownCounter(
            "freshet.join.pending", () => One(counters.Pending), "{event}", "Behaviours that wait for their impression.");
        _ = _meter.CreateObservableGauge(
            "freshet.join.kept", Kept, "{entry}", "Identities with an impression, and behaviours without one, in the state.");
        _ = _meter.CreateObservableGauge(
            "freshet.join.state", () => One(joiner.StateBytes), "By", "Memory reserved for identities, events, texts and the index.");
        _ = _meter.CreateObservableCounter(
            "freshet.join.over_limit", OverLimit, "{event}", "Events that were counted and not kept, because there was no room.");
        _ = _meter.CreateObservableCounter(
            "freshet.join.rows", Rows, "{row}", "Rows that mode immediate has handed out, by kind.");
        _ = _meter.CreateObservableCounter(
            "freshet.join.label_changes", () => One(counters.LabelChanges), "{label}", "Labels that became 1 after a sample of their identity had been handed out.");
        _ = _meter.CreateObservableCounter(
            "freshet.join.contradictions_repaired", Repaired, "{label}", "Labels past their window on pages that were looked at again, of which a window makes contradicting samples.");
        _ = _meter.CreateObservableCounter(
            "freshet.join.clock_ahead", () => One(counters.ClockAhead), "{event}", "Events whose time is later than their arrival by more than max_skew: it is not believed.");
        _ = _meter.CreateObservableGauge(
            "freshet.join.coverage", Coverage, "1", "Share of a behaviour's labels that come within its window.");
        _ = _meter.CreateObservableGauge(
            "freshet.join.window_95", Windows, "s", "The smallest window that covers 95 % of a behaviour's labels.");
        _ = _meter.CreateObservableGauge(
            "freshet.join.watermark_lag", () => new Measurement<double>(joiner.WatermarkLag / 1000.0, _sceneTag), "s",
            "How far the watermark is behind the clock.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Events()
    {
        JoinCounters counters = _joiner.Counters;
        yield return Of(EventTypeNames.Impression, "identity", counters.Identities);
        yield return Of(EventTypeNames.Impression, "repeat", counters.Repeats);
        yield return Of(EventTypeNames.Impression, "duplicate", counters.DuplicateImpressions);
        yield return Of(EventTypeNames.Impression, "expired", counters.ExpiredImpressions);
        yield return Of(EventTypeNames.Impression, "over_limit", counters.OverLimitImpressions);
        foreach (string type in _types)
        {
            foreach (BehaviourFate fate in s_fates)
            {
                yield return Of(type, fate.ToString().ToLowerInvariant(), counters.Of(type, fate));
            }
        }

        yield return Of("signal", "signal", counters.Signals);
        yield return Of("unknown", "unknown_type", counters.UnknownType);
        yield return Of("unknown", "malformed", counters.Malformed);
    }

    private IEnumerable<Measurement<long>> Kept()
    {
        yield return new Measurement<long>(_joiner.ImpressedIdentities, _sceneTag, new("kind", "identity"));
        yield return new Measurement<long>(_joiner.Orphans, _sceneTag, new("kind", "orphan"));
    }

    private IEnumerable<Measurement<long>> OverLimit()
    {
        yield return new Measurement<long>(_joiner.Counters.OverLimitImpressions, _sceneTag, new("kind", "impression"));
        yield return new Measurement<long>(_joiner.Counters.OverLimit, _sceneTag, new("kind", "behaviour"));
    }

    private IEnumerable<Measurement<long>> Rows()
    {
        yield return new Measurement<long>(_joiner.Counters.Observed, _sceneTag, new("kind", "observed"));
        yield return new Measurement<long>(_joiner.Counters.Positives, _sceneTag, new("kind", "positive"));
    }

    /// <summary>A window repairs none of them.</summary>
    private Measurement<long> Repaired() => One(_scene.Attribution.Mode == AttributionMode.Window ? 0 : _joiner.Counters.Contradictions);

    private IEnumerable<Measurement<double>> Coverage() =>
        OfBehaviours((behaviour, delays) => delays.ShareWithin(Milliseconds.Of(behaviour.Window)));

    private IEnumerable<Measurement<double>> Windows() =>
        OfBehaviours((_, delays) => delays.Quantile(WindowAdvice.CoverageWanted) / 1000);

    /// <summary>One measurement a behaviour that has labels.</summary>
    private IEnumerable<Measurement<double>> OfBehaviours(Func<Behaviour, DelaySketch, double> measure)
    {
        for (int i = 0; i < _scene.Behaviours.Count; i++)
        {
            DelaySketch delays = _joiner.Delays[i];
            if (delays.Count > 0)
            {
                yield return new Measurement<double>(
                    measure(_scene.Behaviours[i], delays), _sceneTag, new("behaviour", _scene.Behaviours[i].Name));
            }
        }
    }

    private Measurement<long> One(long value) => new(value, _sceneTag);

    private Measurement<long> Of(string type, string outcome, long count) => new(count, _sceneTag, new("type", type), new("outcome", outcome));
}
