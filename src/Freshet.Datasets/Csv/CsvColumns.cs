namespace Freshet.Datasets.Csv;

/// <summary>Finds the columns that a reader needs.</summary>
internal static class CsvColumns
{
    /// <summary>Whether <paramref name="file"/> has all of <paramref name="needed"/>.</summary>
    public static bool Has(this CsvFile file, params ReadOnlySpan<string> needed)
    {
        foreach (string column in needed)
        {
            if (file.IndexOf(column) < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>[needed] indices of the columns.</summary>
    /// <exception cref="DatasetException">One is missing.</exception>
    public static int[] Need(this CsvFile file, params ReadOnlySpan<string> needed)
    {
        if (!file.Has(needed))
        {
            throw new DatasetException(
                $"File '{file.Name}' lacks columns: it has {Show([.. file.Columns])}; needed are {Show(needed)}. " +
                "No event was read. Take the file as it was published, with its header line.");
        }

        int[] indices = new int[needed.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = file.IndexOf(needed[i]);
        }

        return indices;
    }

    private static string Show(ReadOnlySpan<string> columns) => columns.IsEmpty ? "none" : string.Join(", ", columns!);
}
