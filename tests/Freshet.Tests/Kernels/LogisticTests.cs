using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class LogisticTests
{
    [Fact]
    public void The_exponential_is_within_two_ulps_of_the_library()
    {
        for (double x = 0; x > -707; x -= 0.0137)
        {
            double expected = Math.Exp(x);
            Assert.Equal(expected, Logistic.Exp(x), 2 * (Math.BitIncrement(expected) - expected));
        }

        Assert.Equal(0, Logistic.Exp(double.NegativeInfinity));
        Assert.Equal(1, Logistic.Exp(0));
        Assert.True(double.IsNaN(Logistic.Exp(double.NaN)));
    }

    [Fact]
    public void Both_sides_keep_their_digits()
    {
        (double p, double q) = Logistic.Sigmoid(40);

        Assert.Equal(1, p);
        Assert.Equal(4.248354255291589e-18, q, 1e-32);
        Assert.Equal((q, p), Logistic.Sigmoid(-40));
        Assert.Equal((0.5, 0.5), Logistic.Sigmoid(0));
        Assert.Equal((1.0, 0.0), Logistic.Sigmoid(double.PositiveInfinity));
    }
}
