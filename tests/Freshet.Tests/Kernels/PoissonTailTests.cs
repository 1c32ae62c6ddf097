using CsCheck;
using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class PoissonTailTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 0)]
    [InlineData(5, -3, 1)]
    [InlineData(2, 1, 0.8646647167633873)]
    [InlineData(2, 3, 0.3233235838169366)]
    [InlineData(1e9, 10, 1)]
    [InlineData(10, 1_000_000_000, 0)]
    public void The_tail_is_the_closed_form(double mean, long count, double expected) =>
        Assert.Equal(expected, PoissonTail.AtLeast(mean, count), 12);

    [Fact]
    public void Neighbouring_tails_differ_by_the_probability_between_them() =>
        Gen.Select(Gen.Double[0.01, 3000], Gen.Int[0, 3500]).Sample((mean, count) =>
        {
            double logarithm = (count * Math.Log(mean)) - mean;
            for (int k = 2; k <= count; k++)
            {
                logarithm -= Math.Log(k);
            }

            Assert.Equal(Math.Exp(logarithm), PoissonTail.AtLeast(mean, count) - PoissonTail.AtLeast(mean, count + 1), 1e-10);
        });
}
