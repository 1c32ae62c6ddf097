using Freshet.Core;
using Freshet.Core.Metrics;
using Freshet.Core.Samples;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training.Gates;

namespace Freshet.Training;

/// <summary>Counts and scores the samples of a span, for the gates.</summary>
/// <remarks>
/// In mode <c>cumulative</c> labels come later than their sample, so those count that were known at a time; in other modes a sample leaves with its
/// labels, and has no others. Buffers are reused. Not thread-safe.
/// </remarks>
public sealed class WindowScorer
{
    private const int LongestGap = 16; // Rows between two samples that are scored along, rather than beginning anew.
    private readonly ModelWorkspace _workspace = new();
    private readonly int _tasks;
    private readonly bool _isCumulative;
    private readonly List<(int Row, uint Known, uint Final)> _samples = [];
    private float[] _candidate = [];
    private float[] _live = [];
    private float[] _run = [];

    /// <summary>A scorer of the samples of <paramref name="scene"/>.</summary>
    public WindowScorer(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _tasks = scene.Behaviours.Count;
        _isCumulative = scene.Attribution.Mode == AttributionMode.Cumulative;
    }

    /// <summary>What is in <paramref name="span"/>.</summary>
    /// <param name="table">Attributed.</param>
    /// <param name="span">In the order of training.</param>
    /// <param name="asOf">A label counts as known where what made it 1 happened before; ms since the epoch.</param>
    /// <param name="candidate">Scores the samples; null: nobody does.</param>
    /// <param name="live">Scores them too; null: none is live.</param>
    /// <param name="leftOut">Spans whose samples do not count; null: none.</param>
    public WindowStatistics Measure(
        SampleTable table, SampleSpan span, long asOf, RankingModel? candidate = null, RankingModel? live = null,
        IReadOnlyList<SampleSpan>? leftOut = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        Collect(table, span, asOf, leftOut);
        var tasks = new TaskStatistics[_tasks];
        for (int task = 0; task < _tasks; task++)
        {
            tasks[task] = new TaskStatistics
            {
                Positives = _samples.Count(sample => (sample.Known >> task & 1) != 0),
                FinalPositives = _samples.Count(sample => (sample.Final >> task & 1) != 0),
                LiveLoss = double.NaN,
            };
        }

        if (candidate is not null && _samples.Count > 0)
        {
            Score(table, candidate, ref _candidate);
            if (live is not null)
            {
                Score(table, live, ref _live);
            }

            for (int task = 0; task < _tasks; task++)
            {
                tasks[task] = AddScores(tasks[task], task, live is not null);
            }
        }

        return new WindowStatistics(span.After, span.Until, _samples.Count, tasks, candidate is not null && _samples.Count > 0);
    }

    /// <summary>What is in each of the equal windows that follow each other up to <paramref name="until"/>, the newest first, in one pass over the table; none is scored.</summary>
    /// <param name="table">Attributed.</param>
    /// <param name="until">Last ms of the newest window, ms since the epoch.</param>
    /// <param name="length">Length of a window, ms.</param>
    /// <param name="count">How many windows.</param>
    /// <param name="knownAfter">A label counts as known in a window where what made it 1 happened before the window's end and this, ms.</param>
    /// <param name="leftOut">Spans whose samples do not count.</param>
    public IReadOnlyList<WindowStatistics> Traffic(
        SampleTable table, long until, long length, int count, long knownAfter, IReadOnlyList<SampleSpan> leftOut)
    {
        ArgumentNullException.ThrowIfNull(table);
        int[] counts = new int[count];
        var tasks = new TaskStatistics[count][];
        for (int window = 0; window < count; window++)
        {
            tasks[window] = new TaskStatistics[_tasks];
            Array.Fill(tasks[window], new TaskStatistics { LiveLoss = double.NaN });
        }

        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                ref readonly LabelledSample sample = ref day.Samples[i];
                long window = (until - sample.LearnAt) / length;
                if (sample.LearnAt > until || window >= count || SampleSpans.Holds(leftOut, sample.LearnAt))
                {
                    continue;
                }

                counts[window]++;
                uint known = Known(day, i, until - (window * length) + knownAfter);
                for (int task = 0; task < _tasks; task++)
                {
                    ref TaskStatistics statistics = ref tasks[window][task];
                    statistics = statistics with
                    {
                        Positives = statistics.Positives + (known >> task & 1),
                        FinalPositives = statistics.FinalPositives + (sample.Labels >> task & 1),
                    };
                }
            }
        }

        return
        [
            .. counts.Select((samples, window) => new WindowStatistics(
                until - ((window + 1) * length), until - (window * length), samples, tasks[window], IsScored: false)),
        ];
    }

    private void Collect(SampleTable table, SampleSpan span, long asOf, IReadOnlyList<SampleSpan>? leftOut)
    {
        _samples.Clear();
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            for (int i = _isCumulative ? SampleWindow.FirstAfter(day.Samples, span.After) : 0; i < day.Count; i++)
            {
                ref readonly LabelledSample sample = ref day.Samples[i];
                if (span.Holds(sample.LearnAt) && !SampleSpans.Holds(leftOut, sample.LearnAt))
                {
                    _samples.Add((sample.Row, Known(day, i, asOf), sample.Labels));
                }
                else if (_isCumulative && sample.LearnAt > span.Until)
                {
                    break; // days of this mode are in order
                }
            }
        }

        _samples.Sort(static (a, b) => a.Row.CompareTo(b.Row));
    }

    private uint Known(SampleDay day, int index, long asOf)
    {
        uint labels = day.Samples[index].Labels, known = 0;
        for (int task = 0; task < _tasks && _isCumulative; task++)
        {
            known |= (labels >> task & 1) != 0 && day.LabelTimes(index)[task] < asOf ? 1u << task : 0;
        }

        return _isCumulative ? known : labels;
    }

    /// <summary>[Count × T] probabilities at the place shown.</summary>
    private void Score(SampleTable table, RankingModel model, ref float[] probabilities)
    {
        GrowingArray.Reserve(ref probabilities, _samples.Count * _tasks);
        for (int first = 0, end; first < _samples.Count; first = end)
        {
            end = first + 1;
            while (end < _samples.Count && _samples[end].Row - _samples[end - 1].Row <= LongestGap)
            {
                end++;
            }

            int start = _samples[first].Row, count = _samples[end - 1].Row - start + 1;
            GrowingArray.Reserve(ref _run, count * _tasks);
            model.Predict(table.Features, start, count, _run.AsSpan(0, count * _tasks), _workspace, referenceBias: false);
            for (int i = first; i < end; i++)
            {
                _run.AsSpan((_samples[i].Row - start) * _tasks, _tasks).CopyTo(probabilities.AsSpan(i * _tasks));
            }
        }
    }

    private TaskStatistics AddScores(TaskStatistics task, int index, bool isLive)
    {
        double predicted = 0, loss = 0, expected = 0, variance = 0, live = 0, squares = 0;
        for (int i = 0; i < _samples.Count; i++)
        {
            bool label = (_samples[i].Known >> index & 1) != 0;
            double p = _candidate[(i * _tasks) + index], candidateLoss = LogLoss.OfRow(p, label);
            double bounded = Math.Clamp(p, LogLoss.Clamp, 1 - LogLoss.Clamp), odds = Math.Log(bounded / (1 - bounded));
            predicted += p;
            loss += candidateLoss;
            expected += (bounded * LogLoss.OfRow(p, true)) + ((1 - bounded) * LogLoss.OfRow(p, false));
            variance += bounded * (1 - bounded) * odds * odds;
            double liveLoss = isLive ? LogLoss.OfRow(_live[(i * _tasks) + index], label) : double.NaN;
            live += liveLoss;
            squares += (candidateLoss - liveLoss) * (candidateLoss - liveLoss);
        }

        return task with
        {
            Predicted = predicted,
            Loss = loss,
            ExpectedLoss = expected,
            LossVariance = variance,
            LiveLoss = live,
            DifferenceSquares = squares,
        };
    }
}
