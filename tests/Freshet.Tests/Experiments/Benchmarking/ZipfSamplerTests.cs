using Freshet.Core;
using Freshet.Experiments.Benchmarking;

namespace Freshet.Tests.Experiments.Benchmarking;

public sealed class ZipfSamplerTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(1.05, 1000)]
    [InlineData(0.5, 20)]
    [InlineData(0, 7)]
    public void Ranks_are_drawn_by_their_share(double exponent, int count)
    {
        var sampler = new ZipfSampler(count, exponent);
        var random = new SplitMix64(7);
        int[] drawn = new int[count];

        for (int draw = 0; draw < Draws; draw++)
        {
            drawn[sampler.Draw(random.NextDouble())]++;
        }

        double total = Enumerable.Range(1, count).Sum(rank => Math.Pow(rank, -exponent));
        Assert.All(drawn, (times, rank) =>
        {
            double share = Math.Pow(rank + 1, -exponent) / total;
            double deviation = Math.Sqrt(Draws * share * (1 - share));
            Assert.InRange(times, (Draws * share) - (5 * deviation) - 1, (Draws * share) + (5 * deviation) + 1);
        });
    }

    [Fact]
    public void The_shares_end_where_they_must()
    {
        var sampler = new ZipfSampler(3, 0);

        Assert.Equal(
            [0, 0, 1, 1, 2, 2],
            new[] { 0, 0.33, 1 / 3.0, 0.66, 2 / 3.0, Math.BitDecrement(1) }.Select(sampler.Draw));
        Assert.Equal(0, new ZipfSampler(1, 1.05).Draw(Math.BitDecrement(1)));
    }
}
