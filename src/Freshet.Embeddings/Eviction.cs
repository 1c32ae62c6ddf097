namespace Freshet.Embeddings;

/// <summary>Which rows a table gives up. The default keeps all, and its rows carry nothing for it.</summary>
/// <param name="Days">Rows go that were not seen on so many whole days, ≥ 1; 0: seldom seen rows stay.</param>
/// <param name="LeastNorm">Rows go whose vector and wide weights have together an L2 norm below it; 0: small rows stay.</param>
/// <param name="MostRows">So many stay, those of the highest score, ≥ 1; 0: any number stays.</param>
/// <param name="Decay">β of the score, in (0, 1].</param>
/// <param name="PositiveWeight">r of the score, ≥ 0.</param>
/// <remarks>
/// The score of a row is a moving average over the days of r·positives + negatives: S ← (1−β)·S once a day, and β·r is added for each sample that has the
/// id and a positive label, β for each other. So a row that earned its place keeps it over a quiet day.
/// </remarks>
public readonly record struct Eviction(int Days, float LeastNorm, int MostRows, float Decay, float PositiveWeight)
{
    /// <summary>Whether rows know the day they were last seen on.</summary>
    internal bool NeedsDays => Days > 0 || MostRows > 0;

    /// <summary>Whether rows have a score.</summary>
    internal bool NeedsScores => MostRows > 0;
}
