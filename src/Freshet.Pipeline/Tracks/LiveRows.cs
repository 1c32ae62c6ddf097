using Freshet.Models;

namespace Freshet.Pipeline.Tracks;

/// <summary>The embedding tables of a live model.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Nonzero">Of them those with a number that is not zero.</param>
/// <param name="Bytes">Memory they take.</param>
public readonly record struct LiveRows(long Rows, long Nonzero, long Bytes)
{
    /// <summary>Those of <paramref name="model"/>; none where there is none.</summary>
    public static LiveRows Of(RankingModel? model) => model is null
        ? default
        : new(model.Tables.Sum(table => (long)table.Rows), model.CountNonzeroRows(), model.Tables.Sum(table => table.Bytes));
}
