using Freshet.Scenes;

namespace Freshet.Features.Plans;

/// <summary>A number of a request with its names resolved.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Selector">Number of the selector, for fields.</param>
/// <param name="Counter">Index of the counter, for counts and rates.</param>
/// <param name="Behaviour">Index of the behaviour, for rates.</param>
/// <param name="Sum">Place of the count among the row's sums.</param>
/// <param name="Impressions">Place of the impressions among the row's sums, for rates.</param>
/// <param name="PriorWeight">For rates.</param>
internal readonly record struct NumberPlan(
    NumericKind Kind, int Selector, int Counter, int Behaviour, int Sum, int Impressions, double PriorWeight);
