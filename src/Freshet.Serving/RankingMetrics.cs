using System.Diagnostics.Metrics;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Serving;

/// <summary>What rankers count, as instruments of the meter <see cref="MeterName"/>; docs/metrics.md lists them.</summary>
/// <remarks>All are observed: a request costs nothing, a reading allocates and may happen on any thread. Dispose it to take them away.</remarks>
public sealed class RankingMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Freshet.Serving";

    private readonly Meter _meter;
    private readonly IReadOnlyList<SlotLookups> _lookups;
    private readonly KeyValuePair<string, object?> _sceneTag;
    private readonly string[] _slots;

    /// <summary>Makes the instruments of one or more rankers of a scene, whose counts are added up.</summary>
    /// <param name="scene">Their scene; its name is the tag <c>scene</c>.</param>
    /// <param name="lookups"><see cref="Ranker.Lookups"/> of each; read when somebody listens.</param>
    /// <param name="factory">Makes the meter; null: it is made here.</param>
    public RankingMetrics(Scene scene, IReadOnlyList<SlotLookups> lookups, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(lookups);
        _lookups = lookups;
        _sceneTag = new KeyValuePair<string, object?>("scene", scene.Name);
        _slots = [.. scene.Slots.Select(slot => slot.Name)];
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _ = _meter.CreateObservableCounter(
            "freshet.rank.lookups", () => Counts(static (lookups, slot) => lookups.Of(slot)), "{id}", "Ids that ranking looked up, by slot.");
        _ = _meter.CreateObservableCounter(
            "freshet.rank.lookups_without_row", () => Counts(static (lookups, slot) => lookups.WithoutRow(slot)), "{id}",
            "Ids that ranking looked up and that had no row, by slot.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Counts(Func<SlotLookups, int, long> count)
    {
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            yield return new Measurement<long>(_lookups.Sum(lookups => count(lookups, slot)), _sceneTag, new("slot", _slots[slot]));
        }
    }
}
