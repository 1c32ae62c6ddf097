using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;
using Freshet.Training.DelayedFeedback;

namespace Freshet.Tests.Training;

/// <summary>Streams with a known truth: what each loss learns of it, from joiner to prediction.</summary>
public sealed class DelayedFeedbackTests
{
    private const int Impressions = 60_000;
    private const long Start = TinyScene.Start;

    /// <summary>Click rate of each item, and the mean delay of its clicks in minutes.</summary>
    private static readonly (double Rate, double DelayMinutes)[] s_items = [(0.05, 20), (0.2, 40), (0.4, 5), (0.6, 20)];

    [Theory]
    [InlineData("0s", "plain", false)]
    [InlineData("0s", "fnw", true)]
    [InlineData("0s", "fnc", true)]
    [InlineData("0s", "importance", true)]
    [InlineData("15m", "es_dfm", true)]
    public void The_true_rate_is_recovered_but_by_plain_negatives(string emitAfter, string loss, bool recovers)
    {
        double[] learnt = Learn(emitAfter, loss, s_items);

        for (int item = 0; item < s_items.Length; item++)
        {
            double p = s_items[item].Rate, expected = recovers ? p : p / (1 + p);
            Assert.True(
                Math.Abs(learnt[item] - expected) < 0.03 * expected + 0.012,
                $"{loss}: item {item} has rate {p}, expected {expected:F4}, learnt {learnt[item]:F4}.");
        }
    }

    [Fact]
    public void Measured_delays_recover_the_rate_where_all_items_have_the_same()
    {
        (double, double)[] items = [(0.05, 20), (0.2, 20), (0.4, 20), (0.6, 20)];

        double[] learnt = Learn("15m", "importance", items), plain = Learn("15m", "plain", items);

        for (int item = 0; item < items.Length; item++)
        {
            double p = items[item].Item1, late = p * Math.Exp(-15 / 20.0);
            Assert.InRange(learnt[item], (p * 0.97) - 0.012, (p * 1.03) + 0.012);
            Assert.InRange(plain[item], (p / (1 + late) * 0.97) - 0.012, (p / (1 + late) * 1.03) + 0.012);
        }
    }

    [Theory]
    [InlineData(0.02, 0.1)]
    [InlineData(0.3, 0.6)]
    [InlineData(0.7, 1)]
    public void Weighted_rows_have_their_only_zero_gradient_at_the_truth(double p, double lateShare)
    {
        double q = p * lateShare, positives = p, negatives = 1 - p + q;

        // ∂/∂logit of the weighted cross-entropy at f: positives·w1·(f − 1) + negatives·w0·f, with weights that f itself gives.
        double Gradient(double f) =>
            (positives * EmissionWeights.Positive(f * lateShare) * (f - 1)) + (negatives * EmissionWeights.Negative(f, f * lateShare) * f);

        Assert.Equal(0, Gradient(p), 12);
        Assert.True(Gradient(p * 0.9) < 0 && Gradient((p + 1) / 2) > 0);
    }

    [Fact]
    public void A_positive_that_comes_after_its_sample_was_learnt_is_neither_lost_nor_doubled()
    {
        Scene scene = SceneOf("0s", "plain");
        var stream = new Stream(scene, s_items, 2_000);
        var trainer = new Trainer(scene);
        var model = new TrainedModel(RankingModel.Create(scene));

        int learnt = 0;
        stream.Run(every: 15 * 60_000, cutoff =>
        {
            stream.Joiner.Cut(cutoff, stream.Table);
            learnt += trainer.TrainIncrement(model, stream.Table, cutoff);
        });

        JoinCounters counters = stream.Joiner.Counters;
        Assert.Equal(2_000, counters.Observed);
        Assert.True(counters.Positives > 300, $"Only {counters.Positives} clicks.");
        Assert.Equal(counters.Observed + counters.Positives, learnt);
    }

    private static double[] Learn(string emitAfter, string loss, (double, double)[] items)
    {
        Scene scene = SceneOf(emitAfter, loss);
        var stream = new Stream(scene, items, Impressions);
        stream.Run(long.MaxValue, _ => { });
        stream.Joiner.Cut(stream.End, stream.Table);
        using RankingModel model = new Trainer(scene).TrainBase(stream.Table, stream.End, null).Model;

        float[] probabilities = new float[items.Length];
        model.Predict(stream.Table.Features, 0, items.Length, probabilities, new ModelWorkspace(), referenceBias: false);
        return [.. probabilities.Select(probability => (double)probability)];
    }

    private static Scene SceneOf(string emitAfter, string loss) => SceneFile.Parse(
        $$"""
        scene: delays
        behaviours:
          click: { from: click, window: 10m }
        slots:
          item: { source: item }
        attribution: { mode: immediate, emit_after: {{emitAfter}}, horizon: 1d, lateness: 0s }
        model: { name: lr, position_bias: false }
        training: { base: { window: 12h, epochs: 2 }, batch: 100, delayed_loss: {{loss}}, wide: { alpha: 0.2 } }
        """,
        "delays");

    /// <summary>
    /// One impression a second, items in turn; clicks at the items' rates, with exponential delays. It ends with the last impression: learnt are its last 12
    /// hours, in which as many clicks come as belong to as many impressions.
    /// </summary>
    private sealed class Stream(Scene scene, (double Rate, double DelayMinutes)[] items, int impressions)
    {
        public Joiner Joiner { get; } = new(scene);

        public SampleTable Table { get; } = new(scene);

        /// <summary>After all events.</summary>
        public long End { get; private set; }

        /// <summary>Feeds all events; <paramref name="tick"/> is called every so many ms, before the first event after it, and at the end.</summary>
        public void Run(long every, Action<long> tick)
        {
            var features = new FeatureStage(scene);
            long next = every == long.MaxValue ? long.MaxValue : Start + every;
            foreach (BehaviourEvent e in Events())
            {
                while (e.At > next)
                {
                    tick(next);
                    next += every;
                }

                int row = -1;
                if (Joiner.WantsSnapshot(e))
                {
                    row = Table.Features.Count;
                    features.Snapshot(e, EventTime.OfRequest(e.At, features.Now), Table.Features);
                }

                Joiner.Add(e, row);
                End = e.At + 1;
            }

            tick(End + 1);
        }

        private IEnumerable<BehaviourEvent> Events()
        {
            var random = new SplitMix64(7);
            var clicks = new PriorityQueue<BehaviourEvent, long>();
            for (int i = 0; i < impressions; i++)
            {
                int item = i % items.Length;
                long at = Start + (i * 1_000L);
                while (clicks.TryPeek(out _, out long clickedAt) && clickedAt <= at)
                {
                    yield return clicks.Dequeue();
                }

                yield return Event("impression", i, item, at);
                if (random.NextDouble() < items[item].Rate)
                {
                    long clickAt = at + 1 + (long)(-Math.Log(1 - random.NextDouble()) * items[item].DelayMinutes * 60_000);
                    clicks.Enqueue(Event("click", i, item, clickAt), clickAt);
                }
            }
        }

        private static BehaviourEvent Event(string type, int number, int item, long at)
        {
            var e = new BehaviourEvent { At = at };
            e.Set(EventText.Type, type);
            e.Set(EventText.EventId, $"{type}{number}");
            e.Set(EventText.RequestId, $"r{number}");
            e.Set(EventText.UserId, $"u{number % 50}");
            e.Set(EventText.ItemId, $"i{item}");
            return e;
        }
    }
}
