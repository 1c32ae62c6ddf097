namespace Freshet.Datasets;

/// <summary>The order of (at, event_id).</summary>
internal sealed class DueEventOrder : IComparer<DueEvent>
{
    public static DueEventOrder Instance { get; } = new();

    public static int Compare(in DueEvent x, in DueEvent y) =>
        x.At != y.At ? x.At.CompareTo(y.At)
        : x.Rank != y.Rank ? x.Rank.CompareTo(y.Rank)
        : x.Hash != y.Hash ? x.Hash.CompareTo(y.Hash)
        : x.Suffix.CompareTo(y.Suffix);

    int IComparer<DueEvent>.Compare(DueEvent x, DueEvent y) => Compare(x, y);
}
