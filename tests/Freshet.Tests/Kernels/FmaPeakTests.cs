using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class FmaPeakTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void It_counts_two_operations_for_each_multiply_add_of_twelve_chains(int rounds)
    {
        long operations = FmaPeak.Run(rounds, out float result);

        Assert.Equal(2L * 12 * rounds * FmaPeak.Lanes, operations);
        Assert.True(float.IsFinite(result));
    }

    [Fact]
    public void Every_chain_tends_to_2()
    {
        _ = FmaPeak.Run(1000, out float result);

        Assert.Equal(2f * 12 * FmaPeak.Lanes, result);
    }

    [Fact]
    public void A_negative_count_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FmaPeak.Run(-1, out _));
}
