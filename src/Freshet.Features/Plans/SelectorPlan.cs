using Freshet.Scenes;

namespace Freshet.Features.Plans;

/// <summary>A selector with its names resolved.</summary>
/// <param name="Kind">Where the value comes from.</param>
/// <param name="Name">Number of the event's feature, for impression fields; else -1.</param>
/// <param name="Field">Number of the field in the states of users or items; else -1.</param>
internal readonly record struct SelectorPlan(SelectorKind Kind, int Name, int Field);
