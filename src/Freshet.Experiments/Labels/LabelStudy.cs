using Freshet.Core.Time;
using Freshet.Experiments.Reports;
using Freshet.Scenes;
using Freshet.Simulation;

namespace Freshet.Experiments.Labels;

/// <summary>
/// How right labels are: windows of several lengths against cumulative attribution, on one generated day with sleeping phones,
/// at each cutoff of a quarter of an hour.
/// </summary>
public static class LabelStudy
{
    private const long Quarter = 15 * Milliseconds.Minute;

    /// <summary>Cutoffs up to 02:00 are not judged: the day is too young, every late event weighs much.</summary>
    private const int FirstJudged = (2 * 4) + 1;

    /// <summary>Generates the day and judges all arms on it.</summary>
    /// <param name="options">The day, and what is compared.</param>
    /// <param name="cancellation">Ends the study with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An option of the day is out of its range.</exception>
    public static LabelStudyReport Run(LabelStudyOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Scene scene = SceneFile.Parse(LivePlatform.SceneYaml, "examples/demo/scene.yaml");
        var day = new GeneratedDay(scene, options.Platform, cancellation);
        StudyArm[] windows = [.. options.Windows.Select(window => StudyArm.OfWindow(scene, window))];
        StudyArm[] cumulative = [.. options.MinAges.Select(age => StudyArm.OfCutoffs(scene, age))];
        double[] ofArrived = [.. cumulative.Select(_ => 1.0)];
        int next = 0;
        for (int quarter = 1; quarter <= 24 * 4; quarter++)
        {
            cancellation.ThrowIfCancellationRequested();
            long cutoff = day.Start + (quarter * Quarter);
            for (; next < day.Events.Count && day.Events[next].ReceivedAt <= cutoff; next++)
            {
                Array.ForEach(windows, arm => arm.Add(day.Events[next]));
                Array.ForEach(cumulative, arm => arm.Add(day.Events[next]));
            }

            Array.ForEach(windows, arm => arm.Cut(cutoff, day.Truth, quarter >= FirstJudged));
            for (int i = 0; i < cumulative.Length; i++)
            {
                cumulative[i].Cut(cutoff, day.Truth, quarter >= FirstJudged);
                ofArrived[i] = Math.Min(
                    ofArrived[i], ArrivedLabels.Judge(cumulative[i].Scene, cumulative[i].Samples, day.Events, next, cutoff).Share);
            }
        }

        return new LabelStudyReport
        {
            Seed = options.Seed,
            RequestsPerDay = options.RequestsPerDay,
            SleepProbability = options.SleepProbability,
            Events = next,
            Arms = [.. windows.Select(arm => LabelArmReport.Of(arm, null)), .. cumulative.Zip(ofArrived, (arm, share) => LabelArmReport.Of(arm, share))],
        };
    }
}
