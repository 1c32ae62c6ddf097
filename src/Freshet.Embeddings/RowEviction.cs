using Freshet.Scenes;

namespace Freshet.Embeddings;

/// <summary>Chooses the rows that a table gives up (<see cref="EvictionOptions"/>).</summary>
internal static class RowEviction
{
    /// <summary>The rows that stay, ascending.</summary>
    /// <param name="table">The table.</param>
    /// <param name="day">Number of the day that ends.</param>
    public static int[] Kept(EmbeddingTable table, int day)
    {
        EvictionOptions eviction = table.Options.Eviction;
        double least = (float)eviction.MinNorm, square = least * least;
        int[] kept = new int[table.Count];
        int count = 0;
        for (int row = 0; row < table.Count; row++)
        {
            bool isForgotten = eviction.Days > 0 && day - table.Life.DayOf(row) >= eviction.Days;
            if (!isForgotten && !(SquaredNorm(table, row) < square))
            {
                kept[count++] = row;
            }
        }

        Array.Resize(ref kept, count);
        return Best(table, kept, eviction.MaxRows, day);
    }

    /// <summary>The <paramref name="most"/> rows of the highest score, ascending; equal scores: the lower id goes first. 0: all.</summary>
    public static int[] Best(EmbeddingTable table, int[] rows, int most, int day)
    {
        if (most == 0 || rows.Length <= most)
        {
            return rows;
        }

        (float Score, ulong Id)[] keys = [.. rows.Select(row => (table.Life.ScoreOf(row, day), table.IdOf(row)))];
        Array.Sort(keys, rows);
        int[] best = rows[^most..];
        Array.Sort(best);
        return best;
    }

    private static double SquaredNorm(EmbeddingTable table, int row) =>
        Square(table.Vector(row)) + Square(table.WideWeights(row));

    private static double Square(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }
}
