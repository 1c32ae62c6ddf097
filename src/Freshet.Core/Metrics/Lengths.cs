namespace Freshet.Core.Metrics;

internal static class Lengths
{
    /// <summary>Throws where a column's length is not that of the scores.</summary>
    public static void MustBeEqual(int expected, int actual, string column)
    {
        if (expected != actual)
        {
            throw new ArgumentException(
                $"'{column}' has {actual} rows, the other columns have {expected}. Give every column one value per row.",
                column);
        }
    }
}
