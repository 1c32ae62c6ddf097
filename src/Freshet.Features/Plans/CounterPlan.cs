using Freshet.Scenes;

namespace Freshet.Features.Plans;

/// <summary>One counter with its names resolved.</summary>
/// <param name="Key">Numbers of the selectors whose tuple is counted.</param>
/// <param name="Fields">What some source reads; nothing else is kept. Empty = the counter is not kept at all.</param>
/// <param name="Counted">[1 + behaviours] whether some field counts it.</param>
/// <param name="FirstSum">Place of the first field among the row's sums.</param>
internal sealed record CounterPlan(int[] Key, IReadOnlyList<WindowField> Fields, bool[] Counted, int FirstSum);
