namespace Freshet.Tests.Golden;

/// <summary>The tolerances of tools/golden/README.md: tensor by tensor, not number by number.</summary>
internal static class Near
{
    public static void Output(string what, double[] expected, ReadOnlySpan<float> actual) => Check(what, expected, actual, 1e-6, 1e-5);

    public static void Output(string what, double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-6 + (1e-5 * Math.Abs(expected)), $"{what}: {actual} instead of {expected}");

    public static void Gradient(string what, double[] expected, ReadOnlySpan<float> actual) => Check(what, expected, actual, 1e-7, 1e-5);

    /// <summary>A parameter after some training steps.</summary>
    public static void Trained(string what, double[] expected, ReadOnlySpan<float> actual) => Check(what, expected, actual, 5e-6, 0);

    /// <summary>Weights after a step: a zero must be exactly 0, and nothing else may be.</summary>
    public static void Weight(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        Check(what, expected, actual, 1e-7, 3e-6);
        Zeros(what, expected, actual);
    }

    public static void Zeros(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True((expected[i] == 0) == (actual[i] == 0), $"{what}[{i}]: {actual[i]} instead of {expected[i]}");
        }
    }

    private static void Check(string what, double[] expected, ReadOnlySpan<float> actual, double absolute, double relative)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} numbers instead of {expected.Length}");
        double bound = absolute + (relative * expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what}[{i}]: {actual[i]} instead of {expected[i]}, bound {bound}");
        }
    }
}
