using System.Globalization;
using Freshet.Core.Metrics;
using Freshet.Experiments.Reports;
using Freshet.Scenes;

namespace Freshet.Experiments.Evaluation;

/// <summary>Turns predictions and final labels into the tables of a report.</summary>
internal sealed class Evaluator
{
    private const int Resamples = 200;
    private readonly Scene _scene;
    private readonly JudgedRows _rows;
    private readonly PredictionLog _predictions;
    private readonly string[] _arms;
    private readonly bool[][] _labels;
    private readonly float[][][] _scores;
    private readonly float[][][] _probabilities;

    public Evaluator(Scene scene, JudgedRows rows, PredictionLog predictions, IReadOnlyList<string> arms)
    {
        _scene = scene;
        _rows = rows;
        _predictions = predictions;
        _arms = [.. arms];
        int tasks = scene.Behaviours.Count;
        _labels = [.. Enumerable.Range(0, tasks).Select(rows.Labels)];
        _scores = [.. _arms.Select((_, arm) => Enumerable.Range(0, tasks).Select(task => rows.Scores(arm, task)).ToArray())];
        _probabilities =
            [.. _arms.Select((_, arm) => Enumerable.Range(0, tasks).Select(task => rows.Probabilities(arm, task)).ToArray())];
    }

    public IReadOnlyList<TaskReport> Tasks(int arm) =>
        [.. _scene.Behaviours.Select((behaviour, task) => Judge(
            behaviour.Name, _scores[arm][task], _probabilities[arm][task], _labels[task], _rows.Groups))];

    public StalenessReport Staleness(int arm) => StalenessReport.Of(_rows.Staleness(arm));

    public IReadOnlyList<SliceReport> Slices(int arm)
    {
        List<SliceReport> slices = [];
        Add("new_items", facts => facts.IsNewItem ? "new" : "known");
        Add("hour", facts => HourOf(facts.ShownAt).ToString("D2", CultureInfo.InvariantCulture));
        IReadOnlyList<string> surfaces = _predictions.Surfaces;
        Add("surface", facts => surfaces[facts.Surface]);
        return slices;

        void Add(string slice, Func<ImpressionFacts, string> valueOf)
        {
            var indices = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
            for (int i = 0; i < _rows.Count; i++)
            {
                string value = valueOf(_rows.Facts(i));
                if (!indices.TryGetValue(value, out List<int>? list))
                {
                    indices[value] = list = [];
                }

                list.Add(i);
            }

            foreach ((string value, List<int> list) in indices)
            {
                int[] picked = [.. list];
                slices.Add(new SliceReport(slice, value, [.. _scene.Behaviours.Select((behaviour, task) => Judge(
                    behaviour.Name, Pick(_scores[arm][task], picked), Pick(_probabilities[arm][task], picked),
                    Pick(_labels[task], picked), []))]));
            }
        }
    }

    public IReadOnlyList<DifferenceReport> Differences()
    {
        if (_rows.Count == 0 || _arms.Length < 2)
        {
            return [];
        }

        var bootstrap = new ClusterBootstrap(_rows.Users, Resamples);
        List<DifferenceReport> differences = [];
        for (int task = 0; task < _labels.Length; task++)
        {
            Replicates[] auc = [.. _arms.Select((_, arm) => bootstrap.Auc(_scores[arm][task], _labels[task]))];
            Replicates[] ne = [.. _arms.Select((_, arm) => bootstrap.NormalizedEntropy(_probabilities[arm][task], _labels[task]))];
            for (int arm = 1; arm < _arms.Length; arm++)
            {
                for (int other = 0; other < arm; other++)
                {
                    string name = _scene.Behaviours[task].Name;
                    differences.Add(Report(_arms[arm], _arms[other], name, "auc", auc[arm].Minus(auc[other])));
                    differences.Add(Report(_arms[arm], _arms[other], name, "ne", ne[arm].Minus(ne[other])));
                }
            }
        }

        return differences;
    }

    /// <summary>The difference of two arms as a line of a report.</summary>
    public static DifferenceReport Report(string arm, string against, string task, string metric, BootstrapInterval interval) => new(
        arm, against, task, metric, Number(interval.Estimate), Number(interval.Lower), Number(interval.Upper));

    /// <summary>All metrics of one task; without groups no GAUC.</summary>
    public static TaskReport Judge(string task, float[] scores, float[] probabilities, bool[] labels, ulong[] groups) => new(
        task,
        labels.Length,
        labels.Count(label => label),
        Number(Auc.Of(scores, labels)),
        groups.Length == 0 ? null : Number(GroupedAuc.Of(scores, labels, groups)),
        Number(NormalizedEntropy.Of(probabilities, labels)),
        Number(LogLoss.Of(probabilities, labels)),
        Number(Calibration.Of(probabilities, labels)));

    private int HourOf(long at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), _scene.TimeZone).Hour;

    public static T[] Pick<T>(T[] column, int[] rows) => Array.ConvertAll(rows, row => column[row]);

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
