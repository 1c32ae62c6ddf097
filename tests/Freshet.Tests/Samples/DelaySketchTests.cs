using CsCheck;
using Freshet.Samples.Delays;

namespace Freshet.Tests.Samples;

public sealed class DelaySketchTests
{
    private static readonly Gen<long[]> s_delays = Gen.OneOf(Gen.Long[0, 100], Gen.Long[0, 3_600_000], Gen.Long[0, 2_592_000_000]).Array[1, 200];

    [Fact]
    public void A_quantile_is_wrong_by_at_most_the_stated_error() => Gen.Select(s_delays, Gen.Double[0, 1]).Sample((delays, share) =>
    {
        DelaySketch sketch = Of(delays);

        long exact = delays.Order().ElementAt(Math.Max(1, (int)Math.Ceiling(share * delays.Length)) - 1);
        Assert.InRange(Math.Abs(sketch.Quantile(share) - exact), 0, (DelaySketch.RelativeError * exact) + 1e-6);
    });

    [Fact]
    public void A_share_counts_delays_up_to_the_stated_error_longer_or_shorter() => Gen.Select(s_delays, Gen.Long[0, 4_000_000]).Sample((delays, limit) =>
    {
        const double Gamma = (1 + DelaySketch.RelativeError) / (1 - DelaySketch.RelativeError);

        double share = Of(delays).ShareWithin(limit);

        Assert.InRange(share, Share(delays, limit / Gamma / 1.0001), Share(delays, limit * Gamma * 1.0001));
    });

    [Fact]
    public void Merged_sketches_are_the_sketch_of_all() => Gen.Select(s_delays, s_delays, Gen.Double[0, 1]).Sample((left, right, share) =>
    {
        DelaySketch merged = Of(left);
        merged.Merge(Of(right));

        DelaySketch all = Of([.. left, .. right]);
        Assert.Equal((all.Count, all.Quantile(share), all.ShareWithin(5_000)), (merged.Count, merged.Quantile(share), merged.ShareWithin(5_000)));
    });

    [Fact]
    public void An_empty_sketch_knows_nothing_and_any_sketch_takes_nine_kilobytes()
    {
        Assert.True(double.IsNaN(new DelaySketch().Quantile(0.5)) && double.IsNaN(new DelaySketch().ShareWithin(1)));
        Assert.InRange(DelaySketch.SizeInBytes, 8_000, 9_000);
    }

    [Fact]
    public void What_is_beyond_the_range_counts_at_its_end()
    {
        DelaySketch sketch = Of([-5, long.MaxValue]);

        Assert.Equal(0, sketch.Quantile(0.5));
        Assert.InRange(sketch.Quantile(1), 2_592_000_000 * 0.99, 2_592_000_000 * 1.03);
    }

    private static DelaySketch Of(long[] delays)
    {
        var sketch = new DelaySketch();
        foreach (long delay in delays)
        {
            sketch.Add(delay);
        }

        return sketch;
    }

    private static double Share(long[] delays, double limit) => (double)delays.Count(delay => delay <= limit || delay < 1) / delays.Length;
}
