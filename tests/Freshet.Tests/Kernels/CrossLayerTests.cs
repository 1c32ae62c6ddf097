using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class CrossLayerTests
{
    private const int Rows = 11;

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(70)]
    public void A_layer_and_its_gradient_are_their_formulas(int columns)
    {
        var random = new Random(columns);
        PanelMatrix start = Panels.Random(random, Rows, columns), x = Panels.Random(random, Rows, columns), z = Panels.Random(random, Rows, columns);
        PanelMatrix next = Panels.Empty(Rows, columns), gradient = Panels.Random(random, Rows, columns);
        PanelMatrix startGradient = Panels.Random(random, Rows, columns), zGradient = Panels.Empty(Rows, columns);
        float[] bias = new float[PanelMatrix.RoundUp(columns, PanelMatrix.Wide)], products = z.ToArray(), before = startGradient.ToArray();
        for (int i = 0; i < columns; i++)
        {
            bias[i] = random.NextSingle() - 0.5f;
        }

        CrossLayer.Forward(start, x, bias, z, 0, Rows, next);
        CrossLayer.Backward(start, z, gradient, 0, Rows, startGradient, zGradient);

        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float product = products[(row * columns) + column] + bias[column];
                Assert.Equal(product, z[row, column]);
                Assert.Equal(MathF.FusedMultiplyAdd(product, start[row, column], x[row, column]), next[row, column]);
                Assert.Equal(start[row, column] * gradient[row, column], zGradient[row, column]);
                Assert.Equal(
                    MathF.FusedMultiplyAdd(product, gradient[row, column], before[(row * columns) + column]), startGradient[row, column]);
            }
        }

        Assert.True(next.PaddingIsZero() && z.PaddingIsZero() && zGradient.PaddingIsZero() && startGradient.PaddingIsZero());
    }

    [Fact]
    public void The_result_may_take_the_place_of_the_input_and_other_rows_stay()
    {
        var random = new Random(7);
        PanelMatrix start = Panels.Random(random, 24, 40), x = Panels.Random(random, 24, 40), z = Panels.Random(random, 24, 40);
        float[] before = x.ToArray(), products = z.ToArray();

        CrossLayer.Forward(start, x, new float[64], z, 8, 8, x);

        float[] after = x.ToArray();
        Assert.Equal(before[..(8 * 40)], after[..(8 * 40)]);
        Assert.Equal(before[(16 * 40)..], after[(16 * 40)..]);
        for (int i = 8 * 40; i < 16 * 40; i++)
        {
            Assert.Equal(MathF.FusedMultiplyAdd(products[i], start[i / 40, i % 40], before[i]), after[i]);
        }
    }

    [Fact]
    public void Matrices_of_other_columns_are_refused()
    {
        PanelMatrix wide = Panels.Empty(8, 40), narrow = Panels.Empty(8, 39);

        var error = Assert.Throws<ArgumentException>(() => CrossLayer.Forward(wide, wide, new float[64], narrow, 0, 8, wide));

        Assert.StartsWith("Lengths do not fit: ", error.Message, StringComparison.Ordinal);
    }
}
