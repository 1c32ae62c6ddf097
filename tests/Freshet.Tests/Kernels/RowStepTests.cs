using Freshet.Kernels;
using Freshet.Kernels.Rows;
using Freshet.Native.Memory;

namespace Freshet.Tests.Kernels;

/// <summary>A step over many rows is the step of each row, to the bit, at every width from 1 to 70.</summary>
public sealed class RowStepTests
{
    private const int TableRows = 60;
    private const float Scale = 0.125f;
    private static readonly AdagradSettings s_adagrad = new(0.05f, 1e-6f);
    private static readonly GroupFtrlSettings s_group = new(0.3f, 0.7f, 0.2f, 0.15f, 0.05f);
    private static readonly FtrlSettings s_ftrl = new(0.3f, 0.7f, 0.2f, 0.05f);

    [Fact]
    public void Adagrad_over_rows_is_Adagrad_row_by_row() => ForEveryWidth(
        (dim, step) => step.Run(
            dim, dim, (w, state, rows, sums, factors) => RowStep.Adagrad(w, state, rows, sums, step.Stride, step.Offset, Scale, s_adagrad),
            (w, state, gradients, factor) => Adagrad.Step(w, state, gradients, 0.05f, 0, 1e-6f)));

    [Fact]
    public void Rowwise_Adagrad_over_rows_is_that_of_each_row() => ForEveryWidth(
        (dim, step) => step.Run(
            dim, 1, (w, state, rows, sums, factors) => RowStep.RowwiseAdagrad(w, state, rows, sums, step.Stride, step.Offset, Scale, s_adagrad),
            (w, state, gradients, factor) => RowwiseAdagrad.Step(w, ref state[0], gradients, 1, s_adagrad)));

    [Fact]
    public void Group_Ftrl_over_rows_is_that_of_each_row() => ForEveryWidth(
        (dim, step) => step.Run(
            dim, 2 * dim,
            (w, state, rows, sums, factors) => RowStep.GroupFtrl(w, state, rows, sums, step.Stride, step.Offset, Scale, s_group, factors),
            (w, state, gradients, factor) => GroupFtrl.Step(w, state.AsSpan(0, dim), state.AsSpan(dim), gradients, 1, s_group, factor)));

    [Fact]
    public void Ftrl_over_rows_is_that_of_each_row() => ForEveryWidth(
        (tasks, step) => step.Run(
            3 * tasks, 1,
            (wide, _, rows, sums, factors) => RowStep.Ftrl(wide, rows, sums, step.Stride, step.Offset, Scale, s_ftrl, factors),
            (wide, _, gradients, factor) => Ftrl.Step(
                wide.AsSpan(0, tasks), wide.AsSpan(tasks, tasks), wide.AsSpan(2 * tasks), gradients,
                s_ftrl with { L1 = s_ftrl.L1 * factor })));

    [Fact]
    public void A_state_of_another_optimiser_is_refused()
    {
        using RowBlocks vectors = new(8), state = new(8), wide = new(24);
        vectors.Reserve(1);
        state.Reserve(1);
        wide.Reserve(1);

        Assert.Equal(
            "The state of these rows has 8 floats; this step needs 16.",
            Assert.Throws<ArgumentException>(
                () => RowStep.GroupFtrl(vectors, state, [0], new float[8], 8, 0, 1, s_group, [])).Message);
        Assert.Throws<ArgumentException>(() => RowStep.RowwiseAdagrad(vectors, state, [0], new float[8], 8, 0, 1, s_adagrad));
        Assert.Throws<ArgumentException>(() => RowStep.Adagrad(vectors, state, [0], new float[7], 8, 0, 1, s_adagrad));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RowStep.Adagrad(vectors, state, [vectors.Capacity], new float[8], 8, 0, 1, s_adagrad));
        Assert.Equal(
            "Lengths do not fit: rows [1], l1Factors [2].",
            Assert.Throws<ArgumentException>(() => RowStep.Ftrl(wide, [0], new float[8], 8, 0, 1, s_ftrl, [1, 1])).Message);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        using RowBlocks vectors = new(16), state = new(16), one = new(1), group = new(32), wide = new(6);
        float[] sums = new float[18 * 40];
        int[] rows = [.. Enumerable.Range(0, 40)];
        foreach (RowBlocks blocks in (RowBlocks[])[vectors, state, one, group, wide])
        {
            blocks.Reserve(40);
            foreach (int row in rows)
            {
                blocks.Row(row).Fill(0.1f);
            }
        }

        // The compiler, too, allocates while it replaces a method's first version.
        for (int i = 0; i < 100; i++)
        {
            Step();
        }

        Assert.Equal(0, Allocation.Of(Step));

        void Step()
        {
            RowStep.Adagrad(vectors, state, rows, sums, 18, 0, 1, s_adagrad);
            RowStep.RowwiseAdagrad(vectors, one, rows, sums, 18, 0, 1, s_adagrad);
            RowStep.GroupFtrl(vectors, group, rows, sums, 18, 0, 1, s_group, []);
            RowStep.Ftrl(wide, rows, sums, 18, 16, 1, s_ftrl, []);
        }
    }

    private static void ForEveryWidth(Action<int, Step> check)
    {
        for (int width = 1; width <= 70; width++)
        {
            check(width, new Step(width, width, 0));
            check(width, new Step(width, width + 5, 3));
        }
    }

    private sealed record Step(int Width, int Stride, int Offset)
    {
        public void Run(
            int weightFloats, int stateFloats, Action<RowBlocks, RowBlocks, int[], float[], float[]> overRows,
            Action<float[], float[], float[], float> ofOne)
        {
            var random = new Random((100 * Width) + Stride);
            using RowBlocks weights = Filled(weightFloats, random), state = Filled(stateFloats, random);
            int[] rows = [.. Enumerable.Range(0, TableRows).Where(_ => random.Next(3) > 0)];
            random.Shuffle(rows);
            float[] sums = [.. Enumerable.Range(0, rows.Length * Stride).Select(_ => (random.NextSingle() * 16) - 8)];
            float[] factors = Offset == 0 ? [] : [.. rows.Select(_ => 0.5f + random.NextSingle())];
            float[][] expectedWeights = Rows(weights), expectedState = Rows(state);
            for (int j = 0; j < rows.Length; j++)
            {
                float[] gradients = [.. sums.AsSpan((j * Stride) + Offset, Width).ToArray().Select(sum => sum * Scale)];
                ofOne(expectedWeights[rows[j]], expectedState[rows[j]], gradients, factors.Length == 0 ? 1 : factors[j]);
            }

            overRows(weights, state, rows, sums, factors);

            Assert.Equal(expectedWeights, Rows(weights));
            Assert.Equal(expectedState, Rows(state));
        }

        private static float[][] Rows(RowBlocks blocks) => [.. Enumerable.Range(0, TableRows).Select(row => blocks.Row(row).ToArray())];

        // Positive, so that each may be a sum of squares.
        private static RowBlocks Filled(int stride, Random random)
        {
            var blocks = new RowBlocks(stride);
            blocks.Reserve(TableRows);
            for (int row = 0; row < TableRows; row++)
            {
                foreach (ref float value in blocks.Row(row))
                {
                    value = random.NextSingle() + 0.01f;
                }
            }

            return blocks;
        }
    }
}
