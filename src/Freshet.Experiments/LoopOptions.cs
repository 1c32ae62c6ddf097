using System.Globalization;
using Freshet.Core.Ports;
using Freshet.Pipeline;

namespace Freshet.Experiments;

/// <summary>Settings of one observed run of the loop.</summary>
public sealed record LoopOptions : PipelineOptions
{
    /// <summary>Folder for published models; one folder per arm.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>First day whose impressions are judged. Null, the default: the day after <see cref="PipelineOptions.BaseUntil"/>.</summary>
    public DateOnly? EvaluateFrom { get; init; }

    /// <summary>Gets checkpoints, so that a run that was killed continues from the last one. Null, the default: none are made.</summary>
    public ICheckpointStore? Checkpoints { get; init; }

    /// <summary>Time between checkpoints. Default: 30 s.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Names everything that the state of a run depends on beside its scene.</summary>
    public string Job => string.Create(
        CultureInfo.InvariantCulture,
        $"arms {string.Join(',', Tracks.Select(track => track.Name))}, base until {BaseUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "the first day"}, evaluated from {EvaluateFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "the day after"}, publish delay {PublishDelay}");

    /// <summary>Told of each version that a gate refused, as a line for a log. Null, the default: nobody.</summary>
    public Action<string>? Warn { get; init; }
}
