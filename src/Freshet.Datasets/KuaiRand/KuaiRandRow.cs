namespace Freshet.Datasets.KuaiRand;

/// <summary>One row of a log: an impression and what followed.</summary>
internal readonly record struct KuaiRandRow
{
    /// <summary>When the video was shown, ms since the epoch.</summary>
    public required long ShownAt { get; init; }

    /// <summary>XxHash3 of the row as it stands in the file: equal rows are one event.</summary>
    public required ulong Hash { get; init; }

    public required int User { get; init; }

    public required int Video { get; init; }

    /// <summary>How long it was played, ms. An outcome: never a feature.</summary>
    public required int Played { get; init; }

    /// <summary>How long the video is, ms; 0 where the log does not know.</summary>
    public required int Duration { get; init; }

    public required int Tab { get; init; }

    /// <summary>Bit k: <see cref="KuaiRandEvent"/> k happened.</summary>
    public required ushort Happened { get; init; }

    /// <summary>Whether the video was placed at random; null where the log does not say.</summary>
    public bool? Random { get; init; }

    public bool Has(KuaiRandEvent kind) => (Happened & (1 << (int)kind)) != 0;

    /// <summary>When an event of this row happened, ms since the epoch (docs/datasets.md).</summary>
    public long TimeOf(KuaiRandEvent kind) => kind switch
    {
        KuaiRandEvent.Impression => ShownAt,
        KuaiRandEvent.Click => ShownAt + Math.Min(7000, Duration),
        _ => ShownAt + Played,
    };
}
