namespace Freshet.Datasets.KuaiLive;

/// <summary>One row of room.csv: a host was on air.</summary>
internal readonly record struct KuaiLiveRoom
{
    /// <summary>ms since the epoch.</summary>
    public required long StartedAt { get; init; }

    /// <summary>ms since the epoch; -1 where the file does not know.</summary>
    public required long EndedAt { get; init; }

    /// <summary>XxHash3 of the row as it stands in its file.</summary>
    public required ulong Hash { get; init; }

    public required int Live { get; init; }

    public required int Streamer { get; init; }

    /// <summary>Index in the pool of texts.</summary>
    public required int LiveType { get; init; }

    /// <summary>Index in the pool of texts.</summary>
    public required int Category { get; init; }

    /// <summary>In order of start and event id.</summary>
    public static int Compare(KuaiLiveRoom x, KuaiLiveRoom y) =>
        x.StartedAt != y.StartedAt ? x.StartedAt.CompareTo(y.StartedAt) : x.Hash.CompareTo(y.Hash);
}
