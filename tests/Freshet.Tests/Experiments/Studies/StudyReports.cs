using Freshet.Experiments.Reports;

namespace Freshet.Tests.Experiments.Studies;

/// <summary>Reports of studies with numbers that are easy to find again.</summary>
internal static class StudyReports
{
    public static StudyReport Admission() => Of("admission", "none", "hard") with
    {
        Differences =
        [
            new DifferenceReport("hard", "none", "click", "auc", 0.02, 0.01, 0.03),
            new DifferenceReport("hard", "none", "click", "ne", 0.02, 0.01, 0.03),
        ],
    };

    public static StudyReport Frequency() => Of("frequency", "daily", "15m");

    private static StudyReport Of(string study, string first, string second) => new()
    {
        Study = study,
        Scene = "s",
        Model = "lr",
        Restart = "base",
        EvaluateFrom = "2026-03-03T00:00:00+08:00",
        GaucGroups = "request",
        Arms = ["15m"],
        Rows = [Row(first, 0.70), Row(second, 0.72)],
        Differences = [],
        WallSeconds = 2,
        PeakMemoryBytes = 3_000_000,
    };

    private static StudyRow Row(string name, double auc) => new()
    {
        Name = name,
        Tasks = [new StudyTaskReport("click", 1000, 300, auc, null, 0.9, 2, new(auc + 0.01, 0.25), new(null, null), new(0.91, null))],
        Publishes = 5,
        Refused = 1,
        TrainedSamples = 12_345,
        TrainingSeconds = 6.5,
        DelaySeconds = new DelayReport(90, 600, 7200),
        Rows = 4_321,
        NonzeroShare = 0.5,
        RowMemoryBytes = 7_000_000,
    };
}
