namespace Freshet.Datasets.KuaiLive;

/// <summary>One row of click.csv or negative.csv: a live room was shown to a user.</summary>
internal readonly record struct KuaiLiveShow
{
    /// <summary>ms since the epoch.</summary>
    public required long ShownAt { get; init; }

    /// <summary>XxHash3 of the row as it stands in its file: equal rows of one file are one event.</summary>
    public required ulong Hash { get; init; }

    public required int User { get; init; }

    public required int Live { get; init; }

    public required int Streamer { get; init; }

    /// <summary>ms; an outcome, never a feature. -1 for a row of negative.csv.</summary>
    public required int Watched { get; init; }

    public bool Clicked => Watched >= 0;

    /// <summary>In order of time and event id.</summary>
    public static int Compare(KuaiLiveShow x, KuaiLiveShow y) =>
        x.ShownAt != y.ShownAt ? x.ShownAt.CompareTo(y.ShownAt) : x.Hash.CompareTo(y.Hash);
}
