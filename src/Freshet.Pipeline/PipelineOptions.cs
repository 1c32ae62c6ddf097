using Freshet.Pipeline.Tracks;

namespace Freshet.Pipeline;

/// <summary>Settings of a pipeline.</summary>
public record PipelineOptions
{
    /// <summary>What is kept fresh how often, at least one.</summary>
    public required IReadOnlyList<TrackPlan> Tracks { get; init; }

    /// <summary>Last day of the first base's samples. Null, the default: the day of the first event.</summary>
    public DateOnly? BaseUntil { get; init; }

    /// <summary>From cutoff to live, &gt;= 0. Default: 30 s.</summary>
    public TimeSpan PublishDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the rows of a model are counted before the next base takes its place, for studies. Default: false.</summary>
    public bool CountsRows { get; init; }

    /// <summary>
    /// Whether ids and scores are kept beside the feature vectors, for sample files. Days of samples then stay to the end. Default: false.
    /// </summary>
    public bool KeepImpressions { get; init; }
}
