using Freshet.Pipeline.Intake;
using Freshet.Samples.Delays;

namespace Freshet.Experiments.Reports;

/// <summary>The report of <c>replay</c> and <c>demo</c>; every field is described in docs/formats.md.</summary>
public sealed record ReplayReport
{
    /// <summary>Name of the scene.</summary>
    public required string Scene { get; init; }

    /// <summary>Model of the zoo.</summary>
    public required string Model { get; init; }

    /// <summary><c>base</c> or <c>previous</c>.</summary>
    public required string Restart { get; init; }

    /// <summary>First judged event time, ISO 8601 in the scene's zone.</summary>
    public required string EvaluateFrom { get; init; }

    /// <summary>What GAUC groups by: <c>request</c> or <c>user_15m</c>.</summary>
    public required string GaucGroups { get; init; }

    /// <summary>Impressions of the judged days that no arm had a model for.</summary>
    public required long UnscoredImpressions { get; init; }

    /// <summary>One entry an arm.</summary>
    public required IReadOnlyList<ArmReport> Arms { get; init; }

    /// <summary>Mean loss of every ten steps of the first base, each batch before it was learnt.</summary>
    public required IReadOnlyList<double> FirstBaseLoss { get; init; }

    /// <summary>Every later arm against every earlier one.</summary>
    public required IReadOnlyList<DifferenceReport> Differences { get; init; }

    /// <summary>What became of the events.</summary>
    public required EventReport Events { get; init; }

    /// <summary>How right the labels were.</summary>
    public required LabelReport Labels { get; init; }

    /// <summary>How long labels took, and what that says of windows.</summary>
    public required WindowAdvice Delays { get; init; }

    /// <summary>Rows that mode <c>immediate</c> handed out, and labels that changed.</summary>
    public required RowReport Rows { get; init; }

    /// <summary>How the ranked traffic did, by arm; only where arms rank (demo).</summary>
    public OnlineReport? Online { get; init; }

    /// <summary>Malformed lines by reason; null where none are kept in a file.</summary>
    public MalformedReport? Malformed { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Largest resident memory of the process.</summary>
    public required long PeakMemoryBytes { get; init; }
}
