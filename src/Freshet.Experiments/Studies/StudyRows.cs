using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Tracks;

namespace Freshet.Experiments.Studies;

/// <summary>Makes the line of one arm when its replay is over.</summary>
internal static class StudyRows
{
    public static StudyRow Of(string name, ObservedPipeline loop, JudgedRows rows, int index)
    {
        ModelTrack arm = loop.Tracks[index];
        // Those of the model that the last impression was shown with: a log may end with a base that nothing was shown with.
        bool isReplaced = rows.Count > 0 && arm.Replaced.At > Enumerable.Range(0, rows.Count).Max(rows.ShownAt);
        LiveRows live = isReplaced ? arm.Replaced.Rows : LiveRows.Of(arm.Live.Current?.Model);
        double[] delays = rows.Staleness(index);
        StalenessReport delay = StalenessReport.Of(delays);
        IReadOnlyList<int[]> days = RowDays.Of(loop.Pipeline.Scene, rows);
        return new StudyRow
        {
            Name = name,
            Tasks = [.. loop.Pipeline.Scene.Behaviours.Select((behaviour, task) => Task(behaviour.Name, rows, days, index, task))],
            Publishes = arm.Publishes,
            Refused = arm.Refusals.Count,
            TrainedSamples = arm.SamplesLearnt,
            TrainingSeconds = arm.TrainingTime.TotalSeconds,
            DelaySeconds = new DelayReport(delays.Length == 0 ? 0 : delays.Average(), delay.P50, delay.P95),
            Rows = live.Rows,
            NonzeroShare = live.Rows == 0 ? null : (double)live.Nonzero / live.Rows,
            RowMemoryBytes = live.Bytes,
        };
    }

    private static StudyTaskReport Task(string name, JudgedRows rows, IReadOnlyList<int[]> byDay, int arm, int task)
    {
        float[] scores = rows.Scores(arm, task), probabilities = rows.Probabilities(arm, task);
        bool[] labels = rows.Labels(task);
        TaskReport all = Evaluator.Judge(name, scores, probabilities, labels, rows.Groups);
        TaskReport[] days =
        [
            .. byDay.Select(day => Evaluator.Judge(
                name, Evaluator.Pick(scores, day), Evaluator.Pick(probabilities, day), Evaluator.Pick(labels, day), Evaluator.Pick(rows.Groups, day))),
        ];
        return new StudyTaskReport(
            name, all.Impressions, all.Positives, all.Auc, all.Gauc, all.Ne, days.Length,
            DayStatistics.Of(days.Select(day => day.Auc)), DayStatistics.Of(days.Select(day => day.Gauc)), DayStatistics.Of(days.Select(day => day.Ne)));
    }
}
