using Freshet.Core.Samples;
using Freshet.Samples;

namespace Freshet.Experiments.Evaluation;

/// <summary>The impressions that every arm scored, with their final labels: one row an identity, in order of shown_at.</summary>
internal sealed class JudgedRows
{
    private readonly PredictionLog _predictions;
    private readonly LabelledSample[] _samples;

    private JudgedRows(PredictionLog predictions, LabelledSample[] samples, long unscored)
    {
        _predictions = predictions;
        _samples = samples;
        Unscored = unscored;
        Users = Column(row => row.User);
        Groups = GroupsOf();
    }

    public int Count => _samples.Length;

    /// <summary>Judged impressions that were shown before any model was live.</summary>
    public long Unscored { get; }

    /// <summary>[Count] users: what is resampled.</summary>
    public ulong[] Users { get; }

    /// <summary>[Count] GAUC groups: requests, or user × 15 minutes where requests of several items are few.</summary>
    public ulong[] Groups { get; }

    /// <summary>Whether <see cref="Groups"/> are requests.</summary>
    public bool GroupsAreRequests { get; private set; }

    /// <summary>Collects the rows shown from the log's evaluation start on.</summary>
    public static JudgedRows Collect(SampleTable final, PredictionLog predictions)
    {
        List<LabelledSample> samples = [];
        long unscored = 0;
        foreach (DateOnly day in final.Days)
        {
            foreach (LabelledSample sample in final.Day(day))
            {
                if (sample.ShownAt < predictions.EvaluateFrom)
                {
                    continue;
                }

                bool scored = true;
                for (int arm = 0; arm < predictions.ArmCount; arm++)
                {
                    scored &= predictions.Of(arm).IsScored(sample.Row);
                }

                if (scored)
                {
                    samples.Add(sample);
                }
                else
                {
                    unscored++;
                }
            }
        }

        return new JudgedRows(predictions, [.. samples], unscored);
    }

    public ImpressionFacts Facts(int index) => _predictions.Facts(_samples[index].Row);

    public long ShownAt(int index) => _samples[index].ShownAt;

    public bool[] Labels(int task) => Array.ConvertAll(_samples, sample => sample.Has(task));

    public float[] Scores(int arm, int task) =>
        Array.ConvertAll(_samples, sample => _predictions.Of(arm).Score(sample.Row, task));

    public float[] Probabilities(int arm, int task) =>
        Array.ConvertAll(_samples, sample => _predictions.Of(arm).Probability(sample.Row, task));

    /// <summary>Seconds between an impression and the newest event time its model had learnt, ascending.</summary>
    public double[] Staleness(int arm)
    {
        double[] seconds = Array.ConvertAll(
            _samples, sample => (sample.ShownAt - _predictions.Of(arm).Watermark(sample.Row)) / 1000.0);
        Array.Sort(seconds);
        return seconds;
    }

    private ulong[] Column(Func<ImpressionFacts, ulong> of) =>
        Array.ConvertAll(_samples, sample => of(_predictions.Facts(sample.Row)));

    private ulong[] GroupsOf()
    {
        ulong[] requests = Column(row => row.Request ^ row.User);
        var sizes = new Dictionary<ulong, int>();
        foreach (ulong request in requests)
        {
            sizes[request] = sizes.GetValueOrDefault(request) + 1;
        }

        long together = sizes.Values.Where(size => size > 1).Sum(size => (long)size);
        GroupsAreRequests = together * 2 > requests.Length;
        const long Quarter = 15 * 60 * 1000;
        return GroupsAreRequests
            ? requests
            : Column(row => row.User ^ ((ulong)(row.ShownAt / Quarter) * 0x9E3779B97F4A7C15));
    }
}
