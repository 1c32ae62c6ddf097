namespace Freshet.Samples.Attribution;

/// <summary>Opens and closes gaps in a column whose entries have <c>width</c> values each; only what lies behind the first gap moves.</summary>
internal static class ColumnGaps
{
    /// <summary>Moves entries so that there is room for one before each of <paramref name="positions"/>; new entry j gets place <c>positions[j] + j</c>.</summary>
    /// <param name="column">Has room for count + positions.Length entries.</param>
    /// <param name="count">Entries before.</param>
    /// <param name="width">Values an entry.</param>
    /// <param name="positions">Ascending, in [0, count]; the same one may stand there several times.</param>
    public static void Open<T>(T[] column, int count, int width, ReadOnlySpan<int> positions)
    {
        int end = count;
        for (int j = positions.Length - 1; j >= 0; j--)
        {
            int start = positions[j];
            Array.Copy(column, start * width, column, (start + j + 1) * width, (end - start) * width);
            end = start;
        }
    }

    /// <summary>Removes the entries at <paramref name="positions"/>.</summary>
    /// <param name="column">The values.</param>
    /// <param name="count">Entries before.</param>
    /// <param name="width">Values an entry.</param>
    /// <param name="positions">Ascending, each once.</param>
    public static void Close<T>(T[] column, int count, int width, ReadOnlySpan<int> positions)
    {
        for (int j = 0; j < positions.Length; j++)
        {
            int start = positions[j] + 1;
            int end = j + 1 < positions.Length ? positions[j + 1] : count;
            Array.Copy(column, start * width, column, (start - j - 1) * width, (end - start) * width);
        }
    }
}
