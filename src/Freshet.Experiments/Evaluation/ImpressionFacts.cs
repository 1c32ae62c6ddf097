namespace Freshet.Experiments.Evaluation;

/// <summary>What slices and groups need to know of one impression.</summary>
/// <param name="ShownAt">ms since the epoch.</param>
/// <param name="User">Hash of the user's id.</param>
/// <param name="Request">Hash of the request's id.</param>
/// <param name="Surface">Index of the surface's name.</param>
/// <param name="IsNewItem">The item was first shown less than 24 h before.</param>
/// <param name="IsKnown">False for a snapshot that no impression followed.</param>
internal readonly record struct ImpressionFacts(
    long ShownAt, ulong User, ulong Request, int Surface, bool IsNewItem, bool IsKnown);
