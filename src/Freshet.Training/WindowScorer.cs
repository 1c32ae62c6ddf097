using Freshet.Core;
using Freshet.Core.Metrics;
using Freshet.Core.Samples;
using Freshet.Core.Scenes;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Sync.Gates;

namespace Freshet.Training;

/// <summary>Counts and scores the samples of a span, for the gates.</summary>
/// <remarks>Of a table in mode <c>cumulative</c>, whose days are in order. Buffers are reused. Not thread-safe.</remarks>
public sealed class WindowScorer
{
    private const int LongestGap = 16; // Rows between two samples that are scored along, rather than beginning anew.
    private readonly ModelWorkspace _workspace = new();
    private readonly int _tasks;
    private readonly List<(int Row, uint Known, uint Final)> _samples = [];
    private float[] _candidate = [];
    private float[] _live = [];

    /// <summary>A scorer of the samples of <paramref name="scene"/>.</summary>
    public WindowScorer(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _tasks = scene.Behaviours.Count;
    }

    /// <summary>What is in <paramref name="span"/>.</summary>
    /// <param name="table">Attributed.</param>
    /// <param name="span">By shown_at.</param>
    /// <param name="asOf">A label counts as known where what made it 1 happened before; ms since the epoch.</param>
    /// <param name="candidate">Scores the samples; null: nobody does.</param>
    /// <param name="live">Scores them too; null: none is live.</param>
    public WindowStatistics Measure(SampleTable table, SampleSpan span, long asOf, RankingModel? candidate = null, RankingModel? live = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        Collect(table, span, asOf);
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

    private void Collect(SampleTable table, SampleSpan span, long asOf)
    {
        _samples.Clear();
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            for (int i = SampleWindow.FirstAfter(day.Samples, span.After); i < day.Count && day.Samples[i].LearnAt <= span.Until; i++)
            {
                LabelledSample sample = day.Samples[i];
                uint known = 0;
                for (int task = 0; task < _tasks; task++)
                {
                    known |= sample.Has(task) && day.LabelTimes(i)[task] < asOf ? 1u << task : 0;
                }

                _samples.Add((sample.Row, known, sample.Labels));
            }
        }

        _samples.Sort((a, b) => a.Row.CompareTo(b.Row));
    }

    /// <summary>[Count × T] probabilities at the place shown.</summary>
    private void Score(SampleTable table, RankingModel model, ref float[] probabilities)
    {
        GrowingArray.Reserve(ref probabilities, _samples.Count * _tasks);
        float[] run = [];
        for (int first = 0, end; first < _samples.Count; first = end)
        {
            end = first + 1;
            while (end < _samples.Count && _samples[end].Row - _samples[end - 1].Row <= LongestGap)
            {
                end++;
            }

            int start = _samples[first].Row, count = _samples[end - 1].Row - start + 1;
            if (run.Length < count * _tasks)
            {
                run = new float[count * _tasks];
            }

            model.Predict(table.Features, start, count, run.AsSpan(0, count * _tasks), _workspace, referenceBias: false);
            for (int i = first; i < end; i++)
            {
                run.AsSpan((_samples[i].Row - start) * _tasks, _tasks).CopyTo(probabilities.AsSpan(i * _tasks));
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
