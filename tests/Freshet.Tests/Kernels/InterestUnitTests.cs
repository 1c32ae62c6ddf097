using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

/// <summary>The attention unit of DIN against its formulas in plain code. ZooReferenceTests checks its derivatives.</summary>
public sealed class InterestUnitTests
{
    private const int Rows = 24;
    private const int First = 3;
    private const int FirstOwn = 5;

    public static TheoryData<int, int, int> Sizes => new() { { 16, 10, 5 }, { 32, 16, 7 }, { 48, 40, 1 }, { 16, 70, 9 }, { 16, 33, 0 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Forward_is_its_formulas(int units, int dim, int count)
    {
        Setup setup = new(units, dim);
        PanelMatrix products = Panels.Empty(Rows, dim, setup.Rows.Width), pre = Panels.Random(setup.Random, Rows, units, PanelMatrix.Narrow);
        float[] crossed = pre.ToArray(), scores = new float[count];

        InterestUnit.Products(setup.Rows, First, setup.Target, count, products, FirstOwn);
        InterestUnit.Score(setup.Projected, First, setup.Context, setup.Unit, 0.25f, pre, FirstOwn, scores);

        for (int l = 0; l < count; l++)
        {
            for (int d = 0; d < dim; d++)
            {
                Assert.Equal(setup.Rows[First + l, d] * setup.Target[d], products[FirstOwn + l, d]);
            }

            double score = 0.25;
            for (int a = 0; a < units; a++)
            {
                float value = crossed[((FirstOwn + l) * units) + a] + (setup.Projected[First + l, a] + setup.Context[a]);
                Assert.Equal(value, pre[FirstOwn + l, a]);
                score += setup.Z[a] * (value > 0 ? value : (double)setup.Slopes[a] * value);
            }

            Assert.Equal(score, scores[l], 1e-5);
        }

        Assert.True(products.PaddingIsZero());
        Assert.All(Enumerable.Range(0, dim), d => Assert.Equal(0, products[FirstOwn + count, d]));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Backward_is_its_formulas(int units, int dim, int count)
    {
        Setup setup = new(units, dim);
        PanelMatrix pre = Panels.Random(setup.Random, Rows, units, PanelMatrix.Narrow), slopes = Panels.Empty(Rows, units, PanelMatrix.Narrow);
        PanelMatrix gradient = Panels.Random(setup.Random, Rows, dim, setup.Rows.Width);
        float[] products = gradient.ToArray(), pooled = setup.Padded(dim), weights = setup.Values(count), scores = new float[count];
        float[] context = new float[units], target = new float[setup.Target.Length], z = new float[units], slope = new float[units];

        InterestUnit.ScoreGradients(setup.Rows, First, pooled, scores);
        InterestUnit.Backward(pre, FirstOwn, setup.Unit, scores, slopes, context);
        InterestUnit.AddWeightGradients(pre, FirstOwn, setup.Unit, scores, z, slope);
        InterestUnit.RowsBackward(setup.Rows, First, setup.Target, weights, pooled, gradient, FirstOwn, target);

        for (int l = 0; l < count; l++)
        {
            Assert.Equal(Enumerable.Range(0, dim).Sum(d => (double)pooled[d] * setup.Rows[First + l, d]), scores[l], 1e-5);
            for (int d = 0; d < dim; d++)
            {
                float expected = MathF.FusedMultiplyAdd(products[((FirstOwn + l) * dim) + d], setup.Target[d], weights[l] * pooled[d]);
                Assert.Equal(expected, gradient[FirstOwn + l, d]);
            }
        }

        for (int d = 0; d < dim; d++)
        {
            double sum = Enumerable.Range(0, count).Sum(l => (double)products[((FirstOwn + l) * dim) + d] * setup.Rows[First + l, d]);
            Assert.Equal(sum, target[d], 1e-5);
        }

        for (int a = 0; a < units; a++)
        {
            double sum = 0, zSum = 0, slopeSum = 0;
            for (int l = 0; l < count; l++)
            {
                float value = pre[FirstOwn + l, a];
                sum += scores[l] * setup.Z[a] * (value > 0 ? 1 : (double)setup.Slopes[a]);
                zSum += scores[l] * (value > 0 ? value : (double)setup.Slopes[a] * value);
                slopeSum += scores[l] * (double)setup.Z[a] * Math.Min(value, 0);
                Assert.Equal(scores[l] * (value > 0 ? setup.Z[a] : setup.Z[a] * setup.Slopes[a]), slopes[FirstOwn + l, a]);
            }

            Assert.Equal(sum, context[a], 1e-5);
            Assert.Equal(zSum, z[a], 1e-5);
            Assert.Equal(slopeSum, slope[a], 1e-5);
        }
    }

    [Fact]
    public void The_bits_are_these_at_every_vector_width()
    {
        Setup setup = new(32, 40);
        PanelMatrix products = Panels.Empty(Rows, 40), pre = Panels.Random(setup.Random, Rows, 32, PanelMatrix.Narrow);
        PanelMatrix slopes = Panels.Empty(Rows, 32, PanelMatrix.Narrow);
        float[] scores = new float[7], context = new float[32], target = new float[64], z = new float[32], slope = new float[32];

        InterestUnit.Products(setup.Rows, First, setup.Target, 7, products, FirstOwn);
        InterestUnit.Score(setup.Projected, First, setup.Context, setup.Unit, 0.25f, pre, FirstOwn, scores);
        float[] weights = [.. scores];
        InterestUnit.ScoreGradients(setup.Rows, First, setup.Target, scores);
        InterestUnit.Backward(pre, FirstOwn, setup.Unit, scores, slopes, context);
        InterestUnit.AddWeightGradients(pre, FirstOwn, setup.Unit, scores, z, slope);
        InterestUnit.RowsBackward(setup.Rows, First, setup.Target, weights, setup.Target, products, FirstOwn, target);

        float[] all = [.. weights, .. scores, .. context, .. target, .. z, .. slope, .. products.ToArray(), .. pre.ToArray(), .. slopes.ToArray()];
        Assert.Equal("EA4673BB40FAC4A8", ResultHash.Of(all));
    }

    [Fact]
    public void Rows_that_are_not_there_are_refused()
    {
        Setup setup = new(16, 16);

        var error = Assert.Throws<ArgumentException>(
            () => InterestUnit.Products(setup.Rows, Rows - 2, setup.Target, 3, setup.Rows, 0));

        Assert.Equal("Lengths do not fit: rows.Rows [24] is shorter than the [25] its shape needs.", error.Message);
    }

    private sealed class Setup
    {
        public Setup(int units, int dim)
        {
            Random = new Random(units + dim);
            Rows = Panels.Random(Random, InterestUnitTests.Rows, dim, dim <= PanelMatrix.Narrow ? PanelMatrix.Narrow : PanelMatrix.Wide);
            Projected = Panels.Random(Random, InterestUnitTests.Rows, units, PanelMatrix.Narrow);
            Target = Padded(dim);
            Context = Values(units);
            Z = Values(units);
            Slopes = Values(units);
        }

        public Random Random { get; }

        public PanelMatrix Rows { get; }

        public PanelMatrix Projected { get; }

        public float[] Target { get; }

        public float[] Context { get; }

        public float[] Z { get; }

        public float[] Slopes { get; }

        public InterestWeights Unit => new() { Z = Z, Slopes = Slopes };

        public float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (Random.NextSingle() * 2) - 1)];

        public float[] Padded(int dim) => [.. Values(dim), .. new float[PanelMatrix.RoundUp(dim, Rows.Width) - dim]];
    }
}
