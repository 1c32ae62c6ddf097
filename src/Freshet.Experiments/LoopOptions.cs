using Freshet.Experiments.Arms;

namespace Freshet.Experiments;

/// <summary>Settings of one run of the loop.</summary>
public sealed record LoopOptions
{
    /// <summary>The arms, at least one.</summary>
    public required IReadOnlyList<ArmPlan> Arms { get; init; }

    /// <summary>Folder for published models; one folder an arm.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>Last day of the first base's samples. Null: the first day of the log.</summary>
    public DateOnly? BaseUntil { get; init; }

    /// <summary>First day whose impressions are judged. Null: the day after <see cref="BaseUntil"/>.</summary>
    public DateOnly? EvaluateFrom { get; init; }

    /// <summary>From cutoff to live, &gt;= 0. Default: 30 s.</summary>
    public TimeSpan PublishDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told of each version that a gate refused, as a line for a log. Null: nobody.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Whether the rows of a model are counted before the next base takes its place, for studies.</summary>
    public bool CountsRows { get; init; }

    /// <summary>Whether ids and scores are kept beside the snapshots, for sample files.</summary>
    public bool KeepImpressions { get; init; }
}
