namespace Freshet.Tests.Golden;

/// <summary>The tolerances of tools/golden/README.md: tensor by tensor, not number by number.</summary>
internal static class Near
{
    public static void Output(double[] expected, ReadOnlySpan<float> actual) => Check(expected, actual, 1e-6, 1e-5);

    public static void Output(double expected, double actual) => Assert.Equal(expected, actual, 1e-6 + (1e-5 * Math.Abs(expected)));

    public static void Gradient(double[] expected, ReadOnlySpan<float> actual) => Check(expected, actual, 1e-7, 1e-5);

    /// <summary>Weights after a step: a zero must be exactly 0, and nothing else may be.</summary>
    public static void Weight(double[] expected, ReadOnlySpan<float> actual)
    {
        Check(expected, actual, 1e-7, 3e-6);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i] == 0, actual[i] == 0);
        }
    }

    private static void Check(double[] expected, ReadOnlySpan<float> actual, double absolute, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        double bound = absolute + (relative * expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], bound);
        }
    }
}
