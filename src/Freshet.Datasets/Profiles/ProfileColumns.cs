namespace Freshet.Datasets.Profiles;

/// <summary>Which columns of a profile hold ids, codes and ranges: texts, though they may look like numbers.</summary>
internal static class ProfileColumns
{
    private static readonly string[] s_beginnings = ["onehot_", "is_"];
    private static readonly string[] s_endings = ["_id", "_type", "_range", "_dt", "_status", "tag"];

    public static bool IsText(string column) =>
        s_beginnings.Any(beginning => column.StartsWith(beginning, StringComparison.Ordinal))
        || s_endings.Any(ending => column.EndsWith(ending, StringComparison.Ordinal));
}
