namespace Freshet.Serving;

/// <summary>One item of a page.</summary>
/// <param name="Candidate">Index of the candidate in its request.</param>
/// <param name="Position">Where it is shown: <see cref="RankRequest.FirstPosition"/> for the first item.</param>
/// <param name="Score">Π probability^exponent, by the scene's serving settings; larger is better. NaN if no version was live.</param>
/// <param name="IsExplored">Whether exploration drew it for this place.</param>
public readonly record struct RankedItem(int Candidate, int Position, double Score, bool IsExplored);
