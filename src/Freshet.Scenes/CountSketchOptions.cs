namespace Freshet.Scenes;

/// <summary>Counting in memory that does not grow with the ids: no id is admitted too late, some are too early.</summary>
/// <param name="Ids">Different ids that it is made for, &gt;= 1.</param>
/// <param name="Error">Share of them that may be admitted too early, 0.0001 to 0.5.</param>
public sealed record CountSketchOptions(int Ids, double Error);
