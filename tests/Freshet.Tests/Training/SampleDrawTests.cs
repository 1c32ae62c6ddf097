using CsCheck;
using Freshet.Core.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Training;

/// <summary>What training leaves out, and in which order it learns the rest: functions of the seed alone.</summary>
public sealed class SampleDrawTests
{
    [Fact]
    public void Every_sample_with_a_positive_label_stays_and_about_the_share_asked_for_of_the_others()
    {
        var sampling = new NegativeSampling(With(kept: 0.3));

        int kept = Enumerable.Range(0, 10_000).Count(i => sampling.Keeps(0, Identity(i)));

        Assert.InRange(kept, 2_850, 3_150); // 3 standard deviations are 137
        Assert.All(Enumerable.Range(0, 1_000), i => Assert.True(sampling.Keeps(1u << (i % 32), Identity(i))));
        Assert.All(Enumerable.Range(0, 1_000), i => Assert.True(new NegativeSampling(With(kept: 1)).Keeps(0, Identity(i))));
    }

    [Fact]
    public void What_stays_depends_on_the_identity_and_the_seed_and_on_nothing_else()
    {
        NegativeSampling sampling = new(With(0.5)), again = new(With(0.5)), other = new(With(0.5, seed: 2));

        bool[] one = [.. Enumerable.Range(0, 500).Select(i => sampling.Keeps(new LabelledSample(i, i, i, 0, Identity(i))))];

        Assert.Equal(one, Enumerable.Range(0, 500).Select(i => again.Keeps(new LabelledSample(-i, i * 7, 9, 0, Identity(i)))));
        Assert.NotEqual(one, Enumerable.Range(0, 500).Select(i => other.Keeps(0, Identity(i))));
    }

    [Fact]
    public void What_a_smaller_share_keeps_a_greater_one_keeps_too() => Gen.Select(Gen.ULong, Gen.Double[0.01, 1], Gen.Double[0.01, 1]).Sample(
        (identity, a, b) => !new NegativeSampling(With(Math.Min(a, b))).Keeps(0, identity) || new NegativeSampling(With(Math.Max(a, b))).Keeps(0, identity));

    [Fact]
    public void A_window_is_shuffled_within_itself_and_the_same_way_each_time() => Gen.Select(Gen.Int[1, 50], Gen.Int[0, 3], Gen.Int[0, 100]).Sample(
        (count, epoch, index) =>
        {
            int[] order = [.. Enumerable.Range(0, count)], again = [.. order];

            new WindowShuffle(With()).Shuffle(order, epoch, index);
            new WindowShuffle(With()).Shuffle(again, epoch, index);

            Assert.Equal(Enumerable.Range(0, count), order.Order());
            Assert.Equal(order, again);
        });

    [Fact]
    public void Every_order_of_a_window_comes_equally_often()
    {
        var counts = new Dictionary<string, int>();
        for (int index = 0; index < 6_000; index++)
        {
            int[] order = [0, 1, 2];
            new WindowShuffle(With()).Shuffle(order, 0, index);
            string key = string.Join("", order);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 900, 1_100)); // 3 standard deviations are 87
    }

    [Fact]
    public void Each_epoch_each_window_and_each_seed_has_an_order_of_its_own()
    {
        string[] orders =
        [
            Order(1, 0, 0), Order(1, 1, 0), Order(1, 0, 1), Order(2, 0, 0),
        ];

        Assert.Equal(4, orders.Distinct().Count());

        static string Order(ulong seed, int epoch, long index)
        {
            int[] order = [.. Enumerable.Range(0, 20)];
            new WindowShuffle(With(seed: seed)).Shuffle(order, epoch, index);
            return string.Join(',', order);
        }
    }

    private static ulong Identity(int number) => (ulong)number * 0x9E3779B97F4A7C15;

    private static Scene With(double kept = 1, ulong seed = 1) => TinyScene.Of() with
    {
        Model = new ModelOptions { Seed = seed },
        Training = new TrainingOptions { NegativesKept = kept },
    };
}
