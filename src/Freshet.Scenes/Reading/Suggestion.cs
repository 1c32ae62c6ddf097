namespace Freshet.Scenes.Reading;

/// <summary>Finds what somebody meant who misspelt a name.</summary>
internal static class Suggestion
{
    /// <summary>"Did you mean …?" where a known name is near, else the list of them; a sentence.</summary>
    /// <param name="found">What was written.</param>
    /// <param name="known">What could have been.</param>
    /// <param name="nothing">The sentence for an empty list.</param>
    public static string For(string found, IReadOnlyCollection<string> known, string nothing)
    {
        if (known.Count == 0)
        {
            return nothing;
        }

        string nearest = known.MinBy(name => Distance(found, name))!;
        return Distance(found, nearest) <= Math.Max(1, Math.Max(found.Length, nearest.Length) / 3)
            ? $"Did you mean \"{nearest}\"?"
            : $"Use one of: {string.Join(", ", known.Take(30))}{(known.Count > 30 ? " …" : "")}.";
    }

    /// <summary>Levenshtein's distance, small and capital letters being equal.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                bool same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                int replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
