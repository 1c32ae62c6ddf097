namespace Freshet.Pipeline.Retention;

/// <summary>
/// Outcomes of the feature vectors of ranked pages since the start of the job: <c>Served = Replaced + Taken + Evicted + Waiting</c>.
/// </summary>
/// <param name="Served">Vectors handed over by <see cref="LearningPipeline.Serve"/>.</param>
/// <param name="Replaced">Of them those that a later one of the same impression replaced.</param>
/// <param name="Taken">Of them those whose impression came.</param>
/// <param name="Evicted">Of them those that left at the limit.</param>
/// <param name="Waiting">Of them those that still wait.</param>
public readonly record struct ServedCounts(long Served, long Replaced, long Taken, long Evicted, int Waiting);
