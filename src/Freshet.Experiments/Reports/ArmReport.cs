using Freshet.Training.Gates;

namespace Freshet.Experiments.Reports;

/// <summary>One arm of a report.</summary>
public sealed record ArmReport
{
    /// <summary>Its update frequency.</summary>
    public required string Name { get; init; }

    /// <summary>Versions published.</summary>
    public required int Publishes { get; init; }

    /// <summary>One entry a task.</summary>
    public required IReadOnlyList<TaskReport> Tasks { get; init; }

    /// <summary>Impression time − newest event time learnt, over the judged impressions.</summary>
    public required StalenessReport StalenessSeconds { get; init; }

    /// <summary>Samples learnt, each pass counted.</summary>
    public required long TrainedSamples { get; init; }

    /// <summary>Samples learnt ÷ seconds of training.</summary>
    public required double TrainSamplesPerSecond { get; init; }

    /// <summary>Ids that scoring looked up; one entry a slot.</summary>
    public required IReadOnlyList<LookupReport> Lookups { get; init; }

    /// <summary>The same metrics by slice.</summary>
    public required IReadOnlyList<SliceReport> Slices { get; init; }

    /// <summary>Versions that were not published since they equal the one before: nothing new had come.</summary>
    public int Unchanged { get; init; }

    /// <summary>Rows that its newest model and those that it goes on from gave up (<c>eviction</c>).</summary>
    public long Evicted { get; init; }

    /// <summary>Versions that a gate refused, with what stayed live.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    /// <summary>Verdicts by gate.</summary>
    public IReadOnlyList<GateCount> Gates { get; init; } = [];
}

/// <summary>Metrics of one task; null where a class is missing.</summary>
/// <param name="Task">Name of the behaviour.</param>
/// <param name="Impressions">Judged impressions.</param>
/// <param name="Positives">Of them with a label of 1.</param>
/// <param name="Auc">Area under the ROC curve of the ranking scores.</param>
/// <param name="Gauc">The same within groups; null in slices.</param>
/// <param name="Ne">Normalised entropy.</param>
/// <param name="Logloss">Mean log loss.</param>
/// <param name="Pcoc">Sum of probabilities ÷ positives.</param>
public sealed record TaskReport(
    string Task, long Impressions, long Positives, double? Auc, double? Gauc, double? Ne, double? Logloss, double? Pcoc);

/// <summary>Ids of one slot that scoring looked up, whatever the impression was judged for.</summary>
/// <param name="Slot">Name.</param>
/// <param name="Lookups">Ids; those of the user's side once for candidates that share it.</param>
/// <param name="WithoutRow">Of them those that the live model had no row for.</param>
public sealed record LookupReport(string Slot, long Lookups, long WithoutRow);

/// <summary>Quantiles in seconds.</summary>
/// <param name="P50">Median.</param>
/// <param name="P95">95 %.</param>
public sealed record StalenessReport(double P50, double P95)
{
    /// <summary>Quantiles of ascending numbers; 0 where there are none.</summary>
    internal static StalenessReport Of(double[] ascending) =>
        ascending.Length == 0 ? new(0, 0) : new(ascending[ascending.Length / 2], ascending[(int)(ascending.Length * 0.95)]);
}

/// <summary>One slice of the judged impressions.</summary>
/// <param name="Slice"><c>new_items</c>, <c>hour</c> or <c>surface</c>.</param>
/// <param name="Value">Which.</param>
/// <param name="Tasks">One entry a task.</param>
public sealed record SliceReport(string Slice, string Value, IReadOnlyList<TaskReport> Tasks);

/// <summary>A difference between two arms on the same impressions, with its bootstrap interval over users (95 %).</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Against">The arm it is compared with.</param>
/// <param name="Task">Name of the behaviour.</param>
/// <param name="Metric"><c>auc</c> or <c>ne</c>.</param>
/// <param name="Difference">Arm − against.</param>
/// <param name="Lower">2.5 %.</param>
/// <param name="Upper">97.5 %.</param>
public sealed record DifferenceReport(
    string Arm, string Against, string Task, string Metric, double? Difference, double? Lower, double? Upper);

/// <summary>How right the labels were (pipeline.md 1).</summary>
/// <param name="WindowOnlyAccuracy">Share of right labels where a window alone attributes.</param>
/// <param name="Accuracy">Share of right labels of the scene's attribution.</param>
/// <param name="Coverage">Behaviours that reached their sample ÷ behaviours.</param>
public sealed record LabelReport(double? WindowOnlyAccuracy, double? Accuracy, double? Coverage);

/// <summary>How the traffic did that the arms ranked.</summary>
/// <param name="Arms">One entry an arm.</param>
/// <param name="Differences">Each later arm against the first, in percent of the first arm's rate.</param>
public sealed record OnlineReport(IReadOnlyList<OnlineArmReport> Arms, IReadOnlyList<OnlineDifferenceReport> Differences);

/// <summary>The traffic of one arm.</summary>
/// <param name="Arm">Name.</param>
/// <param name="Impressions">Shown by the arm.</param>
/// <param name="Clicks">Of them clicked.</param>
/// <param name="ClickRate">Clicks ÷ impressions.</param>
public sealed record OnlineArmReport(string Arm, long Impressions, long Clicks, double ClickRate);

/// <summary>What an arm gained in click rate.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Against">The arm it is compared with.</param>
/// <param name="GainPercent">(rate − rate of the other) ÷ rate of the other · 100.</param>
/// <param name="Lower">2.5 %.</param>
/// <param name="Upper">97.5 %.</param>
public sealed record OnlineDifferenceReport(string Arm, string Against, double GainPercent, double Lower, double Upper);
