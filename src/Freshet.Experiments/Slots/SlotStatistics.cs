namespace Freshet.Experiments.Slots;

/// <summary>One slot in a base and in the increment after it; every field is described in docs/formats.md.</summary>
/// <param name="Slot">Name.</param>
/// <param name="Frozen">What increments leave as it is: <c>none</c>, <c>rows</c> or <c>rows+inputs</c>.</param>
/// <param name="IdsSeen">Ids in the samples of base and increment.</param>
/// <param name="Admitted">Of them those that have a row after the increment.</param>
/// <param name="Waiting">Of them those that were counted and have no row; null: not known.</param>
/// <param name="Evicted">Rows of its table that base and increment gave up at their ends, and that did not come back.</param>
/// <param name="UnknownShare">Share of the increment's sightings whose id has no row in the base; null without sightings.</param>
/// <param name="Sightings">Quantiles over ids of their sightings in base and increment.</param>
/// <param name="Stability">Base against increment, each id counted once in a visit (a user's quarter of an hour); null where one of them has no ids.</param>
/// <param name="Changes">What the increment did to the rows.</param>
/// <param name="IsFreezingCandidate">Whether the slot shifted, is concentrated in the increment, and still learns there.</param>
public sealed record SlotStatistics(
    string Slot, string Frozen, int IdsSeen, int Admitted, int? Waiting, int Evicted, double? UnknownShare, SightingQuantiles Sightings,
    PopulationStability? Stability, SlotChanges Changes, bool IsFreezingCandidate);

/// <summary>Quantiles of how often ids were sighted; 0 without ids.</summary>
/// <param name="P50">Median.</param>
/// <param name="P90">90 %.</param>
/// <param name="P99">99 %.</param>
/// <param name="Max">The most frequent id.</param>
public sealed record SightingQuantiles(long P50, long P90, long P99, long Max)
{
    internal static SightingQuantiles Of(IEnumerable<long> counts)
    {
        long[] sorted = [.. counts.Order()];
        return new SightingQuantiles(At(0.5), At(0.9), At(0.99), At(1));

        long At(double share) => sorted.Length == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}

/// <summary>What an increment did to the rows of a slot: what freezing the slot would take away.</summary>
/// <param name="RowsMoved">Rows of the base that differ after the increment, among ids of its samples.</param>
/// <param name="RowsAdded">Ids of its samples that the increment admitted.</param>
/// <param name="WideChange">Mean |Δ| of the wide weights of the moved rows; null where none moved or the model has none.</param>
/// <param name="VectorChange">Mean ‖Δv‖ ÷ ‖v‖ of the moved rows, v the base's vector, over those that are not zero there; null where there is none.</param>
/// <param name="UpdateShare">Share of all slots' moved and added rows; 0 where there are none.</param>
public sealed record SlotChanges(int RowsMoved, int RowsAdded, double? WideChange, double? VectorChange, double UpdateShare);
