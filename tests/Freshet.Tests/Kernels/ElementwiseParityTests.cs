using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

/// <summary>
/// Every element-wise kernel at every length from 0 to 257, on memory that ends at a guard page, against its formula in plain code. eng/check.sh
/// runs this on every vector width.
/// </summary>
public sealed class ElementwiseParityTests
{
    private const int Longest = 257;

    [Fact]
    public void Adam_is_its_formula_at_every_length() => ForEveryLength(4, (length, data) =>
    {
        var settings = new AdamSettings(0.02, 0.8, 0.99, 1e-6);
        float[][] expected = Copy(data);
        for (int i = 0; i < length; i++)
        {
            float g = 0.125f * expected[3][i];
            expected[1][i] = MathF.FusedMultiplyAdd((float)(1 - 0.8), g - expected[1][i], expected[1][i]);
            expected[2][i] = MathF.FusedMultiplyAdd((float)(1 - 0.99), (g * g) - expected[2][i], expected[2][i]);
            float root = MathF.Sqrt(expected[2][i] * (float)(1 / (1 - (0.99 * (0.99 * 0.99)))));
            expected[0][i] -= 0.02f * (expected[1][i] * (float)(1 / (1 - (0.8 * (0.8 * 0.8))))) / (root + 1e-6f);
        }

        Adam.Step(data[0].Span, data[1].Span, data[2].Span, data[3].Span, 0.125f, 3, settings);

        return expected;
    });

    [Fact]
    public void Ftrl_is_its_formula_at_every_length() => ForEveryLength(4, (length, data) =>
    {
        var settings = new FtrlSettings(0.3f, 0.7f, 0.6f, 0.05f);
        float[][] expected = Copy(data);
        for (int i = 0; i < length; i++)
        {
            float g = expected[3][i], sum = MathF.FusedMultiplyAdd(g, g, expected[2][i]), root = MathF.Sqrt(sum);
            float sigma = (root - MathF.Sqrt(expected[2][i])) / 0.3f;
            float z = (expected[1][i] + g) - (sigma * expected[0][i]);
            expected[1][i] = z;
            expected[2][i] = sum;
            float rate = ((0.7f + root) / 0.3f) + 0.05f;
            expected[0][i] = MathF.Abs(z) > 0.6f ? (MathF.CopySign(0.6f, z) - z) / rate : 0;
        }

        Ftrl.Step(data[0].Span, data[1].Span, data[2].Span, data[3].Span, settings);

        return expected;
    });

    [Fact]
    public void Adding_and_scaling_are_their_formulas_at_every_length() => ForEveryLength(3, (length, data) =>
    {
        float[][] expected = Copy(data);
        for (int i = 0; i < length; i++)
        {
            expected[0][i] = MathF.FusedMultiplyAdd(0.37f, expected[2][i], expected[0][i] + expected[1][i]);
            expected[1][i] *= 1.7f;
        }

        Vectors.Add(data[0].Span, data[1].Span);
        Vectors.AddScaled(data[0].Span, data[2].Span, 0.37f);
        Vectors.Scale(data[1].Span, 1.7f);

        return expected;
    });

    [Fact]
    public void A_dot_product_runs_on_16_virtual_lanes_at_every_length() => ForEveryLength(2, (length, data) =>
    {
        float[] lanes = new float[16];
        double exact = 0, size = 0;
        for (int i = 0; i < length; i++)
        {
            lanes[i % 16] = MathF.FusedMultiplyAdd(data[0].Span[i], data[1].Span[i], lanes[i % 16]);
            exact += (double)data[0].Span[i] * data[1].Span[i];
            size += Math.Abs((double)data[0].Span[i] * data[1].Span[i]);
        }

        for (int half = 8; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
            {
                lanes[lane] += lanes[lane + half];
            }
        }

        float dot = Vectors.Dot(data[0].Span, data[1].Span);

        Assert.Equal(lanes[0], dot);
        Assert.Equal(exact, dot, 1e-6 * (size + 1e-3));
        return Copy(data);
    });

    [Fact]
    public void One_value_that_is_not_finite_is_found_wherever_it_is() => ForEveryLength(1, (length, data) =>
    {
        Assert.True(Vectors.AllFinite(data[0].Span));
        for (int at = 0; at < length; at += 1 + (length / 7))
        {
            foreach (float odd in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                float kept = data[0].Span[at];
                data[0].Span[at] = odd;
                Assert.False(Vectors.AllFinite(data[0].Span));
                data[0].Span[at] = kept;
            }
        }

        return Copy(data);
    });

    private static float[][] Copy(GuardedMemory[] data) => [.. data.Select(memory => memory.Span.ToArray())];

    // Span 2 is positive (it holds sums of squares); the others are of either sign and away from 0.
    private static void ForEveryLength(int spans, Func<int, GuardedMemory[], float[][]> apply)
    {
        var random = new Random(20_260_301);
        for (int length = 0; length <= Longest; length++)
        {
            GuardedMemory[] data = [.. Enumerable.Range(0, spans).Select(span => GuardedMemory.Fill(
                length, () => span == 2 ? random.NextSingle() + 0.1f : ((random.NextSingle() * 2) - 1.01f)))];

            float[][] expected = apply(length, data);

            for (int span = 0; span < spans; span++)
            {
                Assert.Equal(expected[span], data[span].Span.ToArray());
                data[span].Dispose();
            }
        }
    }
}
