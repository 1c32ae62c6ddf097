using CsCheck;
using Freshet.Experiments.Slots;

namespace Freshet.Tests.Experiments.Slots;

public sealed class PopulationStabilityTests
{
    [Fact]
    public void Equal_distributions_have_index_zero_and_equal_numbers_of_values() =>
        Gen.Long[1, 1_000].Array[1, 60].Sample(counts =>
        {
            PopulationStability stability = PopulationStability.Of(Counts(counts), Counts(counts))!;

            Assert.Equal(0, stability.Index);
            Assert.Equal(stability.BaseValues, stability.IncrementValues);
            Assert.False(stability.IsShifted || stability.IsConcentrated);
        });

    [Fact]
    public void The_index_is_never_negative_and_bins_are_bounded() =>
        Gen.Select(Gen.Long[0, 1_000].Array[1, 60], Gen.Long[0, 50].Array[1, 60]).Where(pair => pair.Item1.Sum() > 0 && pair.Item2.Sum() > 0)
            .Sample((old, fresh) =>
            {
                PopulationStability stability = PopulationStability.Of(Counts(old), Counts(fresh))!;

                Assert.True(stability.Index >= 0 && double.IsFinite(stability.Index));
                Assert.InRange(stability.Bins, 1, PopulationStability.MostBins + 1);
            });

    [Fact]
    public void The_index_grows_as_an_increment_gathers_in_one_value()
    {
        long[] even = [.. Enumerable.Repeat(1_000L, 10)];
        double last = -1;
        for (long gathered = 0; gathered <= 90; gathered += 10)
        {
            long[] fresh = [100 + (9 * gathered), .. Enumerable.Repeat(100 - gathered, 9)];

            double index = PopulationStability.Of(Counts(even), Counts(fresh))!.Index;

            Assert.True(index > last, $"{index} after {last}.");
            last = index;
        }
    }

    [Fact]
    public void A_quarter_of_an_hour_is_concentrated_in_hours_and_not_in_users()
    {
        var random = new Random(1);
        long[] hours = [.. Enumerable.Range(0, 24).Select(hour => 1_000L + (200 * hour))], users = new long[2_000], fewUsers = new long[2_000];
        for (int i = 0; i < 50_000; i++)
        {
            users[random.Next(2_000)]++;
        }

        for (int i = 0; i < 176; i++)
        {
            fewUsers[random.Next(2_000)]++;
        }

        long[] oneHour = new long[24];
        oneHour[13] = 176;

        PopulationStability ofHours = PopulationStability.Of(Counts(hours), Counts(oneHour))!;
        PopulationStability ofUsers = PopulationStability.Of(Counts(users), Counts(fewUsers))!;

        Assert.True(ofHours.IsShifted && ofHours.IsConcentrated);
        Assert.False(ofUsers.IsShifted || ofUsers.IsConcentrated);
    }

    [Fact]
    public void A_thin_sample_of_the_same_distribution_has_the_index_that_noise_explains()
    {
        var random = new Random(2);
        long[] old = [.. Enumerable.Repeat(10_000L, 10)];
        double index = 0, noise = 0;
        for (int run = 0; run < 2_000; run++)
        {
            long[] fresh = new long[10];
            for (int i = 0; i < 200; i++)
            {
                fresh[random.Next(10)]++;
            }

            PopulationStability stability = PopulationStability.Of(Counts(old), Counts(fresh))!;
            index += stability.Index;
            noise += stability.Noise;
        }

        Assert.InRange(index / noise, 0.9, 1.1);
    }

    [Fact]
    public void Nothing_is_compared_with_nothing()
    {
        Assert.Null(PopulationStability.Of(Counts([]), Counts([1])));
        Assert.Null(PopulationStability.Of(Counts([1]), Counts([])));
        Assert.Null(PopulationStability.Of(Counts([1]), Counts([1]))!.IncrementValues);
    }

    private static Dictionary<ulong, long> Counts(long[] counts) => counts.Index().Where(entry => entry.Item > 0).ToDictionary(entry => (ulong)entry.Index, entry => entry.Item);
}
