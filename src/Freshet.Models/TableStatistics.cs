namespace Freshet.Models;

/// <summary>The size of one embedding table.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Rows">Ids that have a row.</param>
/// <param name="Bytes">Memory it holds.</param>
public sealed record TableStatistics(string Name, int Rows, long Bytes);
