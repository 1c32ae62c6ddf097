namespace Freshet.Models;

/// <summary>Rows that a table gave up at the end of a base or an increment.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Rows">How many, &gt; 0.</param>
public readonly record struct TableEviction(string Table, int Rows);
