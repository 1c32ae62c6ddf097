using Freshet.Experiments.Labels;
using Freshet.Scenes;

namespace Freshet.Experiments.Reports;

/// <summary>The report of <c>bench labels</c>; every field is described in docs/formats.md.</summary>
public sealed record LabelStudyReport
{
    /// <summary>Seed of the day.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Mean number of pages.</summary>
    public required int RequestsPerDay { get; init; }

    /// <summary>Chance that a sleeper puts the phone away with the page open.</summary>
    public required double SleepProbability { get; init; }

    /// <summary>Events that arrived by the end of the day.</summary>
    public required long Events { get; init; }

    /// <summary>One entry a way to make samples.</summary>
    public required IReadOnlyList<LabelArmReport> Arms { get; init; }
}

/// <summary>How right the labels of one way to make samples were.</summary>
/// <param name="Mode"><c>window</c> or <c>cumulative</c>.</param>
/// <param name="WindowSeconds">Window of every behaviour; null in cumulative mode.</param>
/// <param name="MinAgeSeconds">Age below which identities are held back; null in window mode.</param>
/// <param name="Identities">Identities judged at the end of the day.</param>
/// <param name="Accuracy">Label accuracy at the end of the day, against the truth of event time.</param>
/// <param name="LeastAccuracy">The least at a cutoff after 02:00.</param>
/// <param name="LeastOfArrived">The least share of right samples against what had arrived, at any cutoff; null in window mode.</param>
/// <param name="Coverage">Distinct behaviours that reached their sample ÷ distinct behaviours, at the end of the day.</param>
/// <param name="Contradictions">Identities with several samples that differ, at the end of the day.</param>
public sealed record LabelArmReport(
    string Mode, double? WindowSeconds, double? MinAgeSeconds, long Identities, double Accuracy, double LeastAccuracy, double? LeastOfArrived,
    double Coverage, long Contradictions)
{
    internal static LabelArmReport Of(StudyArm arm, double? leastOfArrived) => new(
        arm.Window is null ? "cumulative" : "window", arm.Window?.TotalSeconds,
        arm.Scene.Attribution.Mode == AttributionMode.Cumulative ? arm.Scene.Attribution.MinAge.TotalSeconds : null,
        arm.Latest.Identities, arm.Latest.Share, arm.Least, leastOfArrived, arm.Coverage, arm.Contradictions);
}
