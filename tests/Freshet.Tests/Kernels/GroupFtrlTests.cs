using CsCheck;
using Freshet.Kernels;
using Freshet.Kernels.Rows;

namespace Freshet.Tests.Kernels;

/// <summary>The optimisers that look at a whole row, against their formulas in plain code, at every length from 0 to 257.</summary>
public sealed class GroupFtrlTests
{
    private static readonly GroupFtrlSettings s_settings = new(0.3f, 0.7f, 0.2f, 0.15f, 0.05f);

    [Fact]
    public void Group_Ftrl_is_its_formula_at_every_length() => ForEveryLength((length, random) =>
    {
        using GuardedMemory w = Signed(length, random), z = Signed(length, random), gradients = Signed(length, random);
        using var n = GuardedMemory.Fill(length, () => random.NextSingle() + 0.1f);
        float[] expectedW = w.Span.ToArray(), expectedZ = z.Span.ToArray(), expectedN = n.Span.ToArray();
        float factor = 0.1f + (2 * random.NextSingle());
        Reference(expectedW, expectedZ, expectedN, gradients.Span, 0.125f, factor);

        GroupFtrl.Step(w.Span, z.Span, n.Span, gradients.Span, 0.125f, s_settings, factor);

        Assert.Equal(expectedW, w.Span.ToArray());
        Assert.Equal(expectedZ, z.Span.ToArray());
        Assert.Equal(expectedN, n.Span.ToArray());
    });

    [Fact]
    public void Rowwise_Adagrad_is_its_formula_at_every_length() => ForEveryLength((length, random) =>
    {
        using GuardedMemory w = Signed(length, random), gradients = Signed(length, random);
        float[] expected = w.Span.ToArray();
        float n = random.NextSingle() + 0.1f, expectedN = n;
        if (length > 0)
        {
            expectedN += 0.125f * 0.125f * SixteenLanes(gradients.Span) / length;
            for (int i = 0; i < length; i++)
            {
                expected[i] -= 0.05f * 0.125f * gradients.Span[i] / (MathF.Sqrt(expectedN) + 1e-6f);
            }
        }

        RowwiseAdagrad.Step(w.Span, ref n, gradients.Span, 0.125f, new AdagradSettings(0.05f, 1e-6f));

        Assert.Equal(expected, w.Span.ToArray());
        Assert.Equal(expectedN, n);
    });

    [Fact]
    public void A_sum_of_squares_has_the_bits_of_the_dot_product() => ForEveryLength((length, random) =>
    {
        using GuardedMemory values = Signed(length, random);

        Assert.Equal(Vectors.Dot(values.Span, values.Span), SquareSum.Of(values.Span));
    });

    [Fact]
    public void A_row_begins_with_the_z_that_gives_its_weights_back() => Gen.Select(
        Gen.Float[-0.1f, 0.1f].Array[1, 40], Gen.Float[0, 2], Gen.Float[0, 0.5f], Gen.Float[0, 0.5f], Gen.Float[0, 0.2f]).Sample(
        (drawn, n, l1, groupL1, l2) =>
        {
            // What is smaller is lost in the square of the norm.
            float[] w = [.. drawn.Select(x => MathF.Abs(x) < 1e-12f ? 0 : x)];
            var settings = new GroupFtrlSettings(0.1f, 1, l1, groupL1, l2);
            float[] z = new float[w.Length], ns = [.. w.Select(_ => n)], again = [.. w], zero = new float[w.Length];

            GroupFtrl.Start(w, z, ns, settings);
            GroupFtrl.Step(again, z, ns, zero, 1, settings, 1);

            // What is lost is what the thresholds hide: z is about as large as they are.
            double rate = ((1 + Math.Sqrt(n)) / 0.1) + (2 * l2), norm = Math.Sqrt(w.Sum(x => (double)x * x));
            for (int i = 0; i < w.Length; i++)
            {
                double hidden = (l1 / rate) + (norm > 0 ? Math.Abs(w[i]) * groupL1 * Math.Sqrt(w.Length) / (norm * rate) : 0);
                Assert.Equal(w[i], again[i], 1e-30 + (1e-6 * (Math.Abs(w[i]) + hidden)));
            }
        });

    [Fact]
    public void A_row_of_zeros_begins_with_zeros_and_stays_zero_without_gradients()
    {
        float[] w = new float[5], z = [1, 1, 1, 1, 1], n = new float[5];

        GroupFtrl.Start(w, z, n, s_settings);
        GroupFtrl.Step(w, z, n, new float[5], 1, s_settings, 1);

        Assert.Equal(new float[5], z);
        Assert.Equal(new float[5], w);
    }

    [Fact]
    public void The_first_step_goes_on_from_the_initial_row()
    {
        float[] w = [0.02f, -0.01f, 0.015f, -0.02f], z = new float[4], n = [0.1f, 0.1f, 0.1f, 0.1f], before = [.. w];
        GroupFtrl.Start(w, z, n, s_settings);

        GroupFtrl.Step(w, z, n, [0.01f, 0.01f, 0.01f, 0.01f], 1, s_settings, 1);

        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(w[i], before[i] - 0.005f, before[i]);
        }
    }

    [Fact]
    public void Lengths_that_differ_are_named()
    {
        Assert.Equal(
            "Lengths do not fit: weights [4], z [4], n [3], gradients [4].",
            Assert.Throws<ArgumentException>(
                () => GroupFtrl.Step(new float[4], new float[4], new float[3], new float[4], 1, s_settings, 1)).Message);
        Assert.Equal(
            "Lengths do not fit: weights [4], gradients [3].",
            Assert.Throws<ArgumentException>(() =>
            {
                float n = 0;
                RowwiseAdagrad.Step(new float[4], ref n, new float[3], 1, new AdagradSettings());
            }).Message);
    }

    private static void Reference(Span<float> w, Span<float> z, Span<float> n, ReadOnlySpan<float> gradients, float scale, float factor)
    {
        float l1 = 0.2f * factor, threshold = 0.15f * MathF.Sqrt(w.Length) * factor;
        float[] u = new float[w.Length];
        for (int i = 0; i < w.Length; i++)
        {
            float g = scale * gradients[i], sum = MathF.FusedMultiplyAdd(g, g, n[i]);
            float sigma = (MathF.Sqrt(sum) - MathF.Sqrt(n[i])) / 0.3f;
            z[i] = (z[i] + g) - (sigma * w[i]);
            n[i] = sum;
            u[i] = MathF.Abs(z[i]) > l1 ? MathF.CopySign(l1, z[i]) - z[i] : 0;
        }

        float norm = MathF.Sqrt(SixteenLanes(u));
        for (int i = 0; i < w.Length; i++)
        {
            w[i] = norm > threshold ? u[i] * (1 - (threshold / norm)) / (((0.7f + MathF.Sqrt(n[i])) / 0.3f) + (2 * 0.05f)) : 0;
        }
    }

    private static float SixteenLanes(ReadOnlySpan<float> values)
    {
        float[] lanes = new float[16];
        for (int i = 0; i < values.Length; i++)
        {
            lanes[i % 16] = MathF.FusedMultiplyAdd(values[i], values[i], lanes[i % 16]);
        }

        for (int half = 8; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
            {
                lanes[lane] += lanes[lane + half];
            }
        }

        return lanes[0];
    }

    private static GuardedMemory Signed(int length, Random random) => GuardedMemory.Fill(length, () => (random.NextSingle() * 2) - 1.01f);

    private static void ForEveryLength(Action<int, Random> check)
    {
        var random = new Random(20_260_403);
        for (int length = 0; length <= 257; length++)
        {
            check(length, random);
        }
    }
}
