using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

/// <summary>Attention against its formula in plain code, with several blocks of hidden units and dimensions. The golden files check its derivatives.</summary>
public sealed class AttentionTests
{
    private const int Rows = 24;
    private const int Places = 9;

    [Theory]
    [InlineData(16, 16, 5)]
    [InlineData(32, 40, 7)]
    [InlineData(48, 16, 1)]
    [InlineData(16, 10, 0)]
    public void Scores_weights_and_the_pooled_vector_are_their_formulas(int units, int dim, int count)
    {
        var random = new Random(units + dim);
        Setup setup = new(random, units, dim, count);
        float[] scores = new float[count], pooled = new float[setup.Padded];

        Attention.Score(setup.Items, setup.Z, setup.Hidden, 3, scores);

        float expectedSum = 0;
        for (int l = 0; l < count; l++)
        {
            double exact = 0;
            for (int a = 0; a < units; a++)
            {
                exact += setup.Z[a] * Math.Tanh(setup.Pre(l, a));
            }

            Assert.Equal(exact, scores[l], 1e-5);
            expectedSum += scores[l];
        }

        double[] powers = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
        Assert.Equal(expectedSum, Attention.Softmax(scores), 1e-4f);
        Attention.Pool(scores, setup.Rows_, 2, pooled);

        for (int l = 0; l < count; l++)
        {
            Assert.Equal(powers[l] / powers.Sum(), scores[l], 1e-6);
        }

        for (int d = 0; d < dim; d++)
        {
            Assert.Equal(Enumerable.Range(0, count).Sum(l => (double)scores[l] * setup.Rows_[2 + l, d]), pooled[d], 1e-6);
        }

        Assert.All(pooled[dim..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_bits_are_these_at_every_vector_width()
    {
        var random = new Random(1);
        Setup setup = new(random, 32, 40, 7);
        float[] scores = new float[7], pooled = new float[setup.Padded], gradients = new float[7], z = new float[32], context = new float[32];
        PanelMatrix rows = Panels.Empty(Rows, 40), projected = Panels.Empty(Rows, 64), positions = Panels.Empty(Places, 64);
        PanelMatrix behaviours = Panels.Empty(3, 32);

        Attention.Score(setup.Items, setup.Z, setup.Hidden, 3, scores);
        Attention.Softmax(scores);
        Attention.Pool(scores, setup.Rows_, 2, pooled);
        Attention.PoolBackward(scores, setup.Rows_, 2, pooled, 0.3f, accumulate: false, rows, gradients);
        Attention.Backward(
            setup.Items, setup.Z, setup.Hidden, 3, gradients,
            new AttentionGradients { Projected = projected, Positions = positions, Behaviours = behaviours, Context = context, Z = z });

        float[] all = [.. pooled, .. gradients, .. z, .. context, .. rows.ToArray(), .. projected.ToArray(), .. positions.ToArray(), .. behaviours.ToArray()];
        Assert.Equal("267F336F0FF5E7F0", ResultHash.Of(all));
    }

    [Fact]
    public void A_place_that_is_none_is_refused()
    {
        Setup setup = new(new Random(1), 16, 16, 5);
        setup.Places_[2] = Places + 1;

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => Attention.Score(setup.Items, setup.Z, setup.Hidden, 3, new float[5]));

        Assert.StartsWith("A place or behaviour of the history is not one of 9.", error.Message, StringComparison.Ordinal);
    }

    private sealed class Setup
    {
        private readonly PanelMatrix _projected;
        private readonly PanelMatrix _positions;
        private readonly PanelMatrix _behaviours;
        private readonly int[] _behaviourIds;
        private readonly float[] _context;
        private readonly int _column;

        public Setup(Random random, int units, int dim, int count)
        {
            _column = units;
            _projected = Panels.Random(random, Rows, 2 * units);
            _positions = Panels.Random(random, Places, 2 * units);
            _behaviours = Panels.Random(random, 3, units);
            Hidden = Panels.Empty(Rows, units, PanelMatrix.Narrow);
            Rows_ = Panels.Random(random, Rows, dim, dim <= 16 ? PanelMatrix.Narrow : PanelMatrix.Wide);
            Padded = Rows_.Panels * Rows_.Width;
            Places_ = [.. Enumerable.Range(0, count).Select(l => l + 1)];
            _behaviourIds = [.. Enumerable.Range(0, count).Select(l => l % 3)];
            Z = [.. Enumerable.Range(0, units).Select(_ => random.NextSingle() - 0.5f)];
            _context = [.. Enumerable.Range(0, units).Select(_ => random.NextSingle() - 0.5f)];
        }

        public float[] Z { get; }

        public PanelMatrix Hidden { get; }

        public PanelMatrix Rows_ { get; }

        public int Padded { get; }

        public int[] Places_ { get; }

        public AttentionItems Items => new()
        {
            Projected = _projected,
            Column = _column,
            First = 2,
            Places = Places_,
            Shift = -1,
            Positions = _positions,
            BehaviourIds = _behaviourIds,
            Behaviours = _behaviours,
            Context = _context,
        };

        public double Pre(int l, int unit) =>
            (double)_projected[2 + l, _column + unit] + _positions[l, _column + unit] + _behaviours[_behaviourIds[l], unit] + _context[unit];
    }
}
