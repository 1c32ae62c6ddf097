namespace Freshet.Experiments.Reports;

/// <summary>The report of <c>replay --study</c>; every field is described in docs/formats.md.</summary>
public sealed record StudyReport
{
    /// <summary><c>admission</c> or <c>frequency</c>.</summary>
    public required string Study { get; init; }

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

    /// <summary>Update frequencies that ran.</summary>
    public required IReadOnlyList<string> Arms { get; init; }

    /// <summary>The lines of the table.</summary>
    public required IReadOnlyList<StudyRow> Rows { get; init; }

    /// <summary>Every later line against every earlier one.</summary>
    public required IReadOnlyList<DifferenceReport> Differences { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Largest resident memory of the process.</summary>
    public required long PeakMemoryBytes { get; init; }
}

/// <summary>One setting of a study: what it reached and what it cost.</summary>
public sealed record StudyRow
{
    /// <summary>The variant, or the update frequency.</summary>
    public required string Name { get; init; }

    /// <summary>One entry a task.</summary>
    public required IReadOnlyList<StudyTaskReport> Tasks { get; init; }

    /// <summary>Versions published.</summary>
    public required int Publishes { get; init; }

    /// <summary>Versions that a gate refused.</summary>
    public required int Refused { get; init; }

    /// <summary>Samples learnt, each pass counted.</summary>
    public required long TrainedSamples { get; init; }

    /// <summary>Seconds that training took; what several arms share counts for each.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Age of the newest sample that the live model had learnt when an impression was shown.</summary>
    public required DelayReport DelaySeconds { get; init; }

    /// <summary>Rows of the model that the last judged impression was shown with, all tables together.</summary>
    public required long Rows { get; init; }

    /// <summary>Share of them with a vector or a wide weight that is not zero; null without rows.</summary>
    public required double? NonzeroShare { get; init; }

    /// <summary>Memory of that model's tables: rows, optimiser state, ids, counts, and room to grow.</summary>
    public required long RowMemoryBytes { get; init; }
}

/// <summary>Metrics of one task over all judged impressions, and over their days; null where a class is missing.</summary>
/// <param name="Task">Name of the behaviour.</param>
/// <param name="Impressions">Judged impressions.</param>
/// <param name="Positives">Of them with a label of 1.</param>
/// <param name="Auc">Area under the ROC curve of the ranking scores.</param>
/// <param name="Gauc">The same within groups.</param>
/// <param name="Ne">Normalised entropy.</param>
/// <param name="Days">Days of the scene with judged impressions.</param>
/// <param name="DailyAuc">AUC of each day.</param>
/// <param name="DailyGauc">GAUC of each day.</param>
/// <param name="DailyNe">NE of each day.</param>
public sealed record StudyTaskReport(
    string Task, long Impressions, long Positives, double? Auc, double? Gauc, double? Ne, int Days,
    DayStatistics DailyAuc, DayStatistics DailyGauc, DayStatistics DailyNe);

/// <summary>A metric over days; those without the metric are left out.</summary>
/// <param name="Mean">Of the days, each counted once; null without any.</param>
/// <param name="Variance">Of the days, Σ(x − mean)² ÷ (days − 1); null for less than two.</param>
public sealed record DayStatistics(double? Mean, double? Variance)
{
    internal static DayStatistics Of(IEnumerable<double?> days)
    {
        double[] values = [.. days.OfType<double>()];
        if (values.Length == 0)
        {
            return new DayStatistics(null, null);
        }

        double mean = values.Average();
        return new DayStatistics(mean, values.Length == 1 ? null : values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}

/// <summary>A time in seconds over the judged impressions.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="P50">Median.</param>
/// <param name="P95">95 %.</param>
public sealed record DelayReport(double Mean, double P50, double P95);
