namespace Freshet.Models;

/// <summary>The size of one embedding table.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Rows">Ids that have a row.</param>
/// <param name="RowBytes">What the rows must hold: vectors, wide weights, optimiser state, and what they know of themselves.</param>
/// <param name="Bytes">Memory the table holds: rows, ids, counts, marks, and room to grow.</param>
public sealed record TableStatistics(string Name, int Rows, long RowBytes, long Bytes);
