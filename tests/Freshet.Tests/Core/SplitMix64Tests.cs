using CsCheck;
using Freshet.Core;

namespace Freshet.Tests.Core;

public sealed class SplitMix64Tests
{
    [Fact]
    public void The_sequence_is_that_of_the_reference_implementation()
    {
        var random = new SplitMix64(1_234_567);

        Assert.Equal(6_457_827_717_110_365_317UL, random.NextUInt64());
        Assert.Equal(3_203_168_211_198_807_973UL, random.NextUInt64());
        Assert.Equal(9_817_491_932_198_370_423UL, random.NextUInt64());
    }

    [Fact]
    public void Numbers_stay_in_their_ranges() =>
        Gen.Select(Gen.ULong, Gen.Int[1, int.MaxValue]).Sample((seed, count) =>
        {
            var random = new SplitMix64(seed);
            int below = random.NextBelow(count);
            double share = random.NextDouble();
            return below >= 0 && below < count && share >= 0 && share < 1 && double.IsFinite(random.NextNormal());
        });

    [Fact]
    public void Normal_numbers_have_mean_0_and_variance_1()
    {
        var random = new SplitMix64(7);
        const int Count = 100_000;
        double sum = 0, squares = 0;
        for (int i = 0; i < Count; i++)
        {
            double x = random.NextNormal();
            sum += x;
            squares += x * x;
        }

        Assert.InRange(sum / Count, -0.013, 0.013); // 4 standard errors
        Assert.InRange(squares / Count, 0.982, 1.018);
    }

    [Fact]
    public void Streams_of_one_seed_differ()
    {
        var firsts = new HashSet<ulong>();
        for (ulong stream = 0; stream < 100; stream++)
        {
            for (ulong index = 0; index < 100; index++)
            {
                firsts.Add(SplitMix64.Stream(1, stream, index).NextUInt64());
            }
        }

        Assert.Equal(10_000, firsts.Count);
    }
}
