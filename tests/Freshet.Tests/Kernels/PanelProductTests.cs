using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class PanelProductTests
{
    private static readonly int[] s_sizes = [1, 2, 7, 8, 9, 16, 17, 31, 32, 33, 65];
    private static readonly int[] s_widths = [PanelMatrix.Wide, PanelMatrix.Narrow];

    [Fact]
    public void Every_shape_is_the_sum_along_k_in_order()
    {
        var random = new Random(5);
        foreach (int rows in s_sizes)
        {
            foreach (int columns in s_sizes)
            {
                foreach (int depth in (int[])[1, 2, 16, 33, 70])
                {
                    foreach (int width in s_widths)
                    {
                        Check(random, rows, columns, depth, width);
                    }
                }
            }
        }
    }

    [Fact]
    public void A_transposed_left_side_gives_the_bits_of_the_product_with_its_transpose()
    {
        var random = new Random(6);
        foreach ((int count, int m, int n) in ((int, int, int)[])[(1, 1, 1), (5, 3, 40), (64, 33, 70), (23, 70, 17)])
        {
            foreach (int width in s_widths)
            {
                PanelMatrix a = Panels.Random(random, count + 3, m, width), b = Panels.Random(random, count + 1, n);
                PanelMatrix turned = Panels.Empty(m, count), c = Panels.Empty(m + 16, n), expected = Panels.Empty(m, n);
                for (int k = 0; k < count; k++)
                {
                    for (int i = 0; i < m; i++)
                    {
                        turned[i, k] = a[k, i];
                    }
                }

                PanelProduct.Multiply(turned, b, 0, 0, m, accumulate: false, expected);
                for (int panel = 0; panel < b.Panels; panel++)
                {
                    PanelProduct.MultiplyTransposed(a, b, count, panel, top: 16, accumulate: false, c);
                }

                Assert.Equal(expected.ToArray(), c.ToArray()[(16 * n)..]);
                Assert.True(c.PaddingIsZero());
            }
        }
    }

    [Fact]
    public void A_transpose_is_one_in_every_piece()
    {
        var random = new Random(7);
        PanelMatrix a = Panels.Random(random, 45, 70);
        foreach (int width in s_widths)
        {
            PanelMatrix b = Panels.Empty(70, 37, width);
            PanelProduct.Transpose(a, 8, b, 0, 32);
            PanelProduct.Transpose(a, 8, b, 32, 38);

            for (int row = 0; row < 70; row++)
            {
                for (int column = 0; column < 37; column++)
                {
                    Assert.Equal(a[8 + column, row], b[row, column]);
                }
            }

            Assert.True(b.PaddingIsZero());
        }
    }

    [Fact]
    public void Rows_split_at_multiples_of_eight_give_the_bits_of_one_call()
    {
        var random = new Random(8);
        PanelMatrix a = Panels.Random(random, 61, 45), b = Panels.Random(random, 50, 70), whole = Panels.Empty(61, 70), parts = Panels.Empty(61, 70);

        PanelProduct.Multiply(a, b, 3, 0, 61, accumulate: false, whole);
        PanelProduct.Multiply(a, b, 3, 0, 8, accumulate: false, parts);
        PanelProduct.Multiply(a, b, 3, 40, 21, accumulate: false, parts);
        PanelProduct.Multiply(a, b, 3, 8, 32, accumulate: false, parts);

        Assert.Equal(whole.ToArray(), parts.ToArray());
    }

    [Fact]
    public void The_bits_are_these_at_every_vector_width()
    {
        var random = new Random(7);
        PanelMatrix a = Panels.Random(random, 37, 53), b = Panels.Random(random, 53, 71), c = Panels.Random(random, 37, 71);

        PanelProduct.Multiply(a, b, 0, 0, 37, accumulate: true, c);

        Assert.Equal("64AC4826CFFA2A00", ResultHash.Of(c.ToArray()));
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_refused_before_anything_is_written()
    {
        PanelMatrix a = Panels.Empty(8, 5), b = Panels.Empty(4, 40), c = Panels.Empty(8, 40);

        var depth = Assert.Throws<ArgumentException>(() => PanelProduct.Multiply(a, b, 0, 0, 8, accumulate: false, c));
        var rows = Assert.Throws<ArgumentException>(() => PanelProduct.Multiply(Panels.Empty(8, 4), b, 0, 4, 8, accumulate: false, c));

        Assert.Equal("Lengths do not fit: b.Rows [4] is shorter than the [5] its shape needs.", depth.Message);
        Assert.Equal("Lengths do not fit: rows 4 to 12 of a matrix of 8, which are split at multiples of 8.", rows.Message);
    }

    [Fact]
    public void Multiplying_allocates_nothing()
    {
        PanelMatrix a = Panels.Empty(100, 60), b = Panels.Empty(60, 70), c = Panels.Empty(100, 70), d = Panels.Empty(60, 70);

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                PanelProduct.Multiply(a, b, 0, 0, 100, accumulate: false, c);
                PanelProduct.MultiplyTransposed(a, c, 100, 0, 0, accumulate: false, d);
            }
        }));
    }

    private static void Check(Random random, int rows, int columns, int depth, int width)
    {
        PanelMatrix a = Panels.Random(random, rows, depth, width), b = Panels.Random(random, depth + 2, columns, width);
        PanelMatrix c = Panels.Random(random, rows, columns, width);
        float[] expected = c.ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            (int row, int column) = (i / columns, i % columns);
            double exact = expected[i];
            for (int k = 0; k < depth; k++)
            {
                expected[i] = MathF.FusedMultiplyAdd(a[row, k], b[2 + k, column], expected[i]);
                exact += (double)a[row, k] * b[2 + k, column];
            }

            Assert.Equal(exact, expected[i], 1e-6 * (depth + 1));
        }

        PanelProduct.Multiply(a, b, 2, 0, rows, accumulate: true, c);

        Assert.Equal(expected, c.ToArray());
        Assert.True(c.PaddingIsZero());
    }
}
