using System.Globalization;
using Freshet.Core.Time;
using Freshet.Core.Versions;
using Freshet.Scenes;

namespace Freshet.Training.Gates;

/// <summary>Judges a version by what its newest window shows (docs/operations.md).</summary>
/// <remarks>Pure: the same statistics give the same report. Thread-safe.</remarks>
public sealed class GateJudge
{
    private const int FewPositives = 20;
    private const int FewSamples = 200;
    private const string NoSamples = "Not judged in attribution mode 'immediate': its rows repeat impressions, so probabilities and labels do not add up.";
    private static readonly string[] s_predictions = [GateNames.Surprise, GateNames.Pcoc, GateNames.LogLoss];
    private readonly GateOptions _options;
    private readonly string[] _tasks;
    private readonly bool _rowsAreSamples;

    /// <summary>A judge by the gates of <paramref name="scene"/>.</summary>
    public GateJudge(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _options = scene.Gates;
        _rowsAreSamples = scene.Attribution.Mode != AttributionMode.Immediate;
        _tasks = [.. scene.Behaviours.Select(behaviour => behaviour.Name)];
    }

    /// <summary>Whether the model itself may be served.</summary>
    public static GateResult Finite(bool isFinite) => isFinite
        ? new(GateNames.Finite, null, null, null, null, GateVerdict.Pass, "All weights are finite.")
        : new(GateNames.Finite, null, null, null, null, GateVerdict.Refused, "A weight is NaN or infinite. Look for a feature or a learning rate that is too large.");

    /// <summary>Refuses samples that cannot be learnt or scored.</summary>
    /// <param name="reason">What was found, as a sentence.</param>
    public static GateResult Input(string reason) => new(GateNames.Input, null, null, null, null, GateVerdict.Refused, reason);

    /// <summary>Whether the base that an increment goes back to is young enough.</summary>
    /// <param name="age">From its training to the increment's.</param>
    /// <param name="limit"><see cref="TrainingOptions.BaseMaxAge"/>.</param>
    public static GateResult BaseAge(TimeSpan age, TimeSpan limit)
    {
        GateVerdict verdict = age > limit ? GateVerdict.Refused : GateVerdict.Pass;
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"The base was trained {age.TotalHours:G4} h before, the limit training.base.max_age is {limit.TotalHours:G4} h.");
        return new(
            GateNames.BaseAge, null, age.TotalHours, null, limit.TotalHours, verdict,
            verdict == GateVerdict.Pass ? sentence : sentence + " Nothing is learnt until there is a new base: see why the last ones were refused or had no samples.");
    }

    /// <summary>Whether a base has something to learn.</summary>
    /// <param name="learnt">Samples that it learnt, &gt;= 0.</param>
    public static GateResult Samples(long learnt) => learnt > 0
        ? new(GateNames.Samples, null, learnt, 1, null, GateVerdict.Pass, "There are samples to learn.")
        : new(GateNames.Samples, null, 0, 1, null, GateVerdict.Refused, "There is no sample to learn. See whether impressions arrive, and whether the gates have left all of them out.");

    /// <summary>Whether the traffic is like that before: volume, and positive rate of each task.</summary>
    /// <param name="newest">The newest window.</param>
    /// <param name="before">Windows before it that were not refused, in any order.</param>
    public IReadOnlyList<GateResult> Traffic(WindowStatistics newest, IReadOnlyList<WindowStatistics> before)
    {
        ArgumentNullException.ThrowIfNull(newest);
        ArgumentNullException.ThrowIfNull(before);
        IReadOnlyList<TrafficPool> pools = TrafficPool.For(newest, before);
        return [Volume(newest, pools), .. _tasks.Select((_, task) => PositiveRate(newest, pools, task))];
    }

    /// <summary>Whether the predictions are like those before and of the live model: surprise, calibration and log loss of each task.</summary>
    /// <param name="newest">The newest window, scored before it was learnt.</param>
    /// <param name="before">Windows before it that were not refused, in any order.</param>
    public IReadOnlyList<GateResult> Predictions(WindowStatistics newest, IReadOnlyList<WindowStatistics> before)
    {
        ArgumentNullException.ThrowIfNull(newest);
        ArgumentNullException.ThrowIfNull(before);
        return !newest.IsScored ? []
            : !_rowsAreSamples ? [.. _tasks.SelectMany(task => s_predictions.Select(gate => Insufficient(gate, task, null, NoSamples)))]
            : [.. _tasks.SelectMany((_, task) => new[] { Surprise(newest, before, task), Pcoc(newest, before, task), LogLoss(newest, task) })];
    }

    private GateResult Volume(WindowStatistics newest, IReadOnlyList<TrafficPool> pools)
    {
        double hours = (newest.Until - newest.After) / (double)Milliseconds.Hour;
        double[] rates = [.. pools.Where(pool => pool.Count > 0).Select(pool => pool.Count / (pool.Milliseconds / (double)Milliseconds.Hour) * hours)];
        if (rates.Length == 0 || newest.Count == 0)
        {
            // An empty window teaches nothing, so it harms nothing: the version is what was learnt before it.
            string why = newest.Count == 0 ? "The window has no sample." : "No window before it to compare with.";
            return Insufficient(GateNames.Volume, null, newest.Count, why);
        }

        return Judge(
            GateNames.Volume, null, newest.Count, PoissonInterval.Of(newest.Count), rates.Min() / _options.Volume, rates.Max() * _options.Volume, "samples");
    }

    private GateResult PositiveRate(WindowStatistics newest, IReadOnlyList<TrafficPool> pools, int task)
    {
        TrafficPool[] known = [.. pools.Where(pool => pool.Count > 0)];
        long positives = newest.Tasks[task].Positives;
        double? rate = newest.Count == 0 ? null : positives / (double)newest.Count;
        long total = known.Sum(pool => pool.Positives[task]);
        if (newest.Count == 0 || total < FewPositives)
        {
            return Insufficient(
                GateNames.PositiveRate, _tasks[task], rate,
                newest.Count == 0 ? "The window has no sample." : $"Fewer than {FewPositives} positives in the windows before it.");
        }

        double[] rates = [.. known.Select(pool => pool.Positives[task] / (double)pool.Count)];
        PoissonInterval interval = PoissonInterval.Of(positives);
        PoissonInterval reference = PoissonInterval.Of(total); // What was seen before is uncertain too.
        return Judge(
            GateNames.PositiveRate, _tasks[task], rate!.Value, new(interval.Lower / newest.Count, interval.Upper / newest.Count),
            rates.Min() * (1 - _options.PositiveRate) * reference.Lower / total, rates.Max() * (1 + _options.PositiveRate) * reference.Upper / total, "positives per sample");
    }

    /// <summary>
    /// Log loss ÷ expected log loss, against the same ratio before. A model that is too sure of itself is surprised by every window, so only
    /// more surprise than before counts; and flipped labels surprise also where rate and PCOC are near, as at a rate of one half.
    /// </summary>
    private GateResult Surprise(WindowStatistics newest, IReadOnlyList<WindowStatistics> before, int task)
    {
        TaskStatistics now = newest.Tasks[task];
        WindowStatistics[] scored = [.. before.Where(window => window.IsScored)];
        double expectedBefore = scored.Sum(window => window.Tasks[task].ExpectedLoss);
        if (now.ExpectedLoss <= 0 || expectedBefore <= 0 || scored.Sum(window => window.Count) < FewSamples)
        {
            return Insufficient(GateNames.Surprise, _tasks[task], null, $"Fewer than {FewSamples} samples were scored before it.");
        }

        // A few rare labels surprise more than the normal interval says.
        if (Math.Max(Rarer(now.Positives, newest.Count), Rarer(now.Predicted, newest.Count)) < FewPositives)
        {
            return Insufficient(GateNames.Surprise, _tasks[task], null, $"Fewer than {FewPositives} samples of one label, seen and expected.");
        }

        double usual = scored.Sum(window => window.Tasks[task].Loss) / expectedBefore;
        double ratio = now.Loss / now.ExpectedLoss, doubt = PoissonInterval.Quantile * Math.Sqrt(now.LossVariance) / now.ExpectedLoss;
        return Judge(
            GateNames.Surprise, _tasks[task], ratio, new(ratio - doubt, ratio + doubt), null, usual * (1 + _options.Surprise), "of the log loss that it expects");
    }

    private static double Rarer(double positives, int count) => Math.Min(positives, count - positives);

    private GateResult Pcoc(WindowStatistics newest, IReadOnlyList<WindowStatistics> before, int task)
    {
        TaskStatistics now = newest.Tasks[task];
        double known = before.Sum(window => window.Tasks[task].Positives), final = before.Sum(window => window.Tasks[task].FinalPositives);
        double expected = now.Predicted * (final > 0 ? known / final : 1);
        PoissonInterval interval = PoissonInterval.Of(now.Positives);
        return newest.Count == 0
            ? Insufficient(GateNames.Pcoc, _tasks[task], null, "The window has no sample.")
            : Judge(
                GateNames.Pcoc, _tasks[task], expected / now.Positives, new(expected / interval.Upper, expected / interval.Lower),
                _options.PcocFrom, _options.PcocTo, "probability per positive");
    }

    private GateResult LogLoss(WindowStatistics newest, int task)
    {
        TaskStatistics now = newest.Tasks[task];
        // With few of one label the difference is that of Σp alone, sure of itself and worth nothing.
        if (Rarer(now.Positives, newest.Count) < FewPositives || double.IsNaN(now.LiveLoss))
        {
            return Insufficient(GateNames.LogLoss, _tasks[task], null, $"No live model, or fewer than {FewPositives} samples of one label.");
        }

        double difference = now.Loss - now.LiveLoss;
        double variance = Math.Max(0, now.DifferenceSquares - (difference * difference / newest.Count));
        double doubt = PoissonInterval.Quantile * Math.Sqrt(variance) / now.LiveLoss, share = difference / now.LiveLoss;
        return Judge(GateNames.LogLoss, _tasks[task], share, new(share - doubt, share + doubt), null, _options.LogLoss, "more than the live model's");
    }

    /// <summary>Wholly inside passes, wholly outside is refused, anything else tells nothing.</summary>
    private static GateResult Judge(
        string name, string? task, double value, PoissonInterval interval, double? lower, double? upper, string unit)
    {
        GateVerdict verdict = interval.Lower > upper || interval.Upper < lower ? GateVerdict.Refused
            : interval.Lower >= (lower ?? double.NegativeInfinity) && interval.Upper <= (upper ?? double.PositiveInfinity) ? GateVerdict.Pass
            : GateVerdict.Insufficient;
        string said = verdict switch { GateVerdict.Pass => "within", GateVerdict.Refused => "outside", _ => "too uncertain for" };
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"{value:G4} {unit} (99.9 % interval {interval.Lower:G4} to {interval.Upper:G4}) is {said} the limits {lower ?? double.NegativeInfinity:G4} to {upper:G4}.");
        return new(name, task, double.IsFinite(value) ? value : null, lower, upper, verdict, sentence);
    }

    private static GateResult Insufficient(string name, string? task, double? value, string sentence) =>
        new(name, task, value, null, null, GateVerdict.Insufficient, sentence);
}
