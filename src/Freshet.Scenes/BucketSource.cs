namespace Freshet.Scenes;

/// <summary>A number cut at boundaries: the id is the count of boundaries that are &lt;= the number.</summary>
/// <param name="Source">Where the number comes from. An absent number gives an empty bag.</param>
/// <param name="Boundaries">Ascending, at least one.</param>
public sealed record BucketSource(NumericSource Source, IReadOnlyList<double> Boundaries);
