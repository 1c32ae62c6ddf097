using Freshet.Experiments.Slots;

namespace Freshet.Experiments.Reports;

/// <summary>The report of <c>inspect features</c>; every field is described in docs/formats.md.</summary>
/// <param name="Scene">Name of the scene.</param>
/// <param name="Model">Model of the zoo.</param>
/// <param name="BaseCutoff">Cutoff of the base, ISO 8601 in the scene's zone.</param>
/// <param name="At">Cutoff of the increment.</param>
/// <param name="BaseSamples">Samples of the base's window.</param>
/// <param name="IncrementSamples">Samples of the increment.</param>
/// <param name="Slots">One entry a slot.</param>
public sealed record FeatureReport(
    string Scene, string Model, string BaseCutoff, string At, int BaseSamples, int IncrementSamples, IReadOnlyList<SlotStatistics> Slots);
