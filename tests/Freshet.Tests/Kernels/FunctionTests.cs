using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class FunctionTests
{
    [Fact]
    public void Tanh_is_within_six_ulp_everywhere_and_keeps_what_is_odd()
    {
        float[] inputs = [.. Inputs(-12, 12)], outputs = [.. inputs];

        Vectors.Tanh(outputs);

        for (int i = 0; i < inputs.Length; i++)
        {
            double exact = Math.Tanh(inputs[i]);
            Assert.True(Math.Abs(outputs[i] - exact) <= 6 * Ulp(exact), $"tanh({inputs[i]}) = {outputs[i]} instead of {exact}");
        }

        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0];
        Vectors.Tanh(odd);
        Assert.Equal([float.NaN, 1, -1, 0], odd.Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void The_exponential_is_within_two_ulp_where_a_softmax_needs_it()
    {
        float[] inputs = [.. Inputs(-86, 0)], outputs = [.. inputs];

        Vectors.ExpOfDifference(outputs, 0);

        for (int i = 0; i < inputs.Length; i++)
        {
            double exact = Math.Exp(inputs[i]);
            Assert.True(Math.Abs(outputs[i] - exact) <= 2 * Ulp(exact), $"exp({inputs[i]}) = {outputs[i]} instead of {exact}");
        }

        float[] odd = [float.NaN, float.NegativeInfinity, -1000, 0];
        Vectors.ExpOfDifference(odd, 0);
        Assert.Equal([float.NaN, 0, 0, 1], odd.Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void Functions_give_these_bits_at_every_vector_width()
    {
        float[] tanh = [.. Inputs(-9, 9)], exp = [.. Inputs(-90, 0)];

        Vectors.Tanh(tanh);
        Vectors.ExpOfDifference(exp, 0.25f);

        Assert.Equal("EFEEFE7DF3BDD78F", ResultHash.Of(tanh));
        Assert.Equal("1E3A60E8D19DC1C7", ResultHash.Of(exp));
    }

    [Fact]
    public void A_sum_runs_on_16_virtual_lanes_at_every_length()
    {
        var random = new Random(4);
        for (int length = 0; length <= 100; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)], lanes = new float[16];
            for (int i = 0; i < length; i++)
            {
                lanes[i % 16] += values[i];
            }

            for (int half = 8; half > 0; half /= 2)
            {
                for (int lane = 0; lane < half; lane++)
                {
                    lanes[lane] += lanes[lane + half];
                }
            }

            Assert.Equal(lanes[0], Vectors.Sum(values));
        }
    }

    private static IEnumerable<float> Inputs(double from, double to)
    {
        for (int i = 0; i <= 20_000; i++)
        {
            yield return (float)(from + ((to - from) * i / 20_000));
        }

        for (float tiny = 1; tiny > 1e-30f; tiny /= 3)
        {
            yield return from < 0 && to > 0 ? tiny : -tiny;
        }
    }

    private static double Ulp(double value) => Math.Max(MathF.BitIncrement(MathF.Abs((float)value)) - MathF.Abs((float)value), 1e-45);
}
