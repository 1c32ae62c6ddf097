namespace Freshet.Datasets.KuaiLive;

/// <summary>One row of comment.csv, gift.csv or like.csv.</summary>
internal readonly record struct KuaiLiveAction
{
    /// <summary>ms since the epoch.</summary>
    public required long At { get; init; }

    /// <summary>XxHash3 of the row as it stands in its file: equal rows of one file are one event.</summary>
    public required ulong Hash { get; init; }

    public required KuaiLiveEvent Kind { get; init; }

    public required int User { get; init; }

    public required int Live { get; init; }

    public required int Streamer { get; init; }

    /// <summary>Price of a gift; NaN for all else.</summary>
    public required double Value { get; init; }

    /// <summary>In order of time and event id.</summary>
    public static int Compare(KuaiLiveAction x, KuaiLiveAction y) =>
        x.At != y.At ? x.At.CompareTo(y.At)
        : x.Kind != y.Kind ? ((byte)x.Kind).CompareTo((byte)y.Kind)
        : x.Hash.CompareTo(y.Hash);
}
