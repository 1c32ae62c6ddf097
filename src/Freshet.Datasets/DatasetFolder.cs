namespace Freshet.Datasets;

/// <summary>The CSV files of a folder that a user names.</summary>
internal static class DatasetFolder
{
    /// <summary>Paths of the files in <paramref name="folder"/>, or in its subfolder <c>data</c> where it has none itself; by name.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="expected">What belongs there, for messages.</param>
    /// <exception cref="DatasetException">There is no folder, or no CSV file.</exception>
    public static IReadOnlyList<string> Files(string folder, string expected)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"Folder '{folder}' does not exist. No event was read. Give the folder that holds {expected}.");
        }

        List<string> files = CsvFiles(folder);
        string inner = Path.Combine(folder, "data");
        if (files.Count == 0 && Directory.Exists(inner))
        {
            files = CsvFiles(inner);
        }

        return files.Count > 0
            ? files
            : throw new DatasetException($"Folder '{folder}' holds no .csv or .csv.gz file. No event was read. Unpack {expected} there.");
    }

    private static List<string> CsvFiles(string folder) =>
    [
        .. Directory.EnumerateFiles(folder)
            .Where(path => path.EndsWith(".csv", StringComparison.Ordinal) || path.EndsWith(".csv.gz", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
