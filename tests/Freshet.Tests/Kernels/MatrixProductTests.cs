using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class MatrixProductTests
{
    private static readonly int[] s_sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 65];

    [Fact]
    public void Every_odd_shape_is_the_sum_along_k_in_order()
    {
        var random = new Random(5);
        using var packed = new PackedMatrix();
        foreach (int rows in s_sizes)
        {
            foreach (int columns in s_sizes)
            {
                foreach (int depth in (int[])[0, 1, 2, 33])
                {
                    Check(random, packed, rows, columns, depth);
                }
            }
        }
    }

    [Fact]
    public void A_transposed_left_side_and_a_transposed_right_side_give_the_same_bits()
    {
        const int Rows = 19, Columns = 45, Depth = 23;
        var random = new Random(6);
        float[] a = Fill(random, Rows * Depth), b = Fill(random, Depth * Columns);
        float[] plain = new float[Rows * Columns], turned = new float[Rows * Columns], aTransposed = new float[a.Length];
        float[] bTransposed = new float[b.Length];
        using var packed = new PackedMatrix();
        MatrixTranspose.Copy(a, Rows, Depth, Depth, aTransposed);
        MatrixTranspose.Copy(b, Depth, Columns, Columns, bTransposed);

        packed.Pack(b, Depth, Columns, Columns, 1);
        MatrixProduct.Multiply(a, Depth, 1, packed, Rows, accumulate: false, plain, Columns);
        packed.Pack(bTransposed, Depth, Columns, 1, Depth);
        MatrixProduct.Multiply(aTransposed, 1, Rows, packed, Rows, accumulate: false, turned, Columns);

        Assert.Equal(plain, turned);
    }

    [Fact]
    public void The_bits_are_these_at_every_vector_width()
    {
        var random = new Random(7);
        float[] a = Fill(random, 37 * 53), b = Fill(random, 53 * 71), c = Fill(random, 37 * 71);
        using var packed = new PackedMatrix();
        packed.Pack(b, 53, 71, 71, 1);

        MatrixProduct.Multiply(a, 53, 1, packed, 37, accumulate: true, c, 71);

        Assert.Equal("1978CE29F7E76C0F", ResultHash.Of(c));
    }

    [Fact]
    public void A_span_that_is_too_short_is_refused_before_anything_is_written()
    {
        using var packed = new PackedMatrix();
        packed.Pack(new float[12], 3, 4, 4, 1);
        float[] c = new float[8];

        var left = Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(new float[5], 3, 1, packed, 2, false, c, 4));
        var right = Assert.Throws<ArgumentException>(() => packed.Pack(new float[11], 3, 4, 4, 1));

        Assert.Equal("Lengths do not fit: a [5] is shorter than the [6] its shape needs.", left.Message);
        Assert.Equal("Lengths do not fit: source [11] is shorter than the [12] its shape needs.", right.Message);
    }

    [Fact]
    public void Multiplying_and_packing_the_same_shape_again_allocate_nothing()
    {
        float[] a = new float[100 * 60], b = new float[60 * 70], c = new float[100 * 70];
        using var packed = new PackedMatrix();
        packed.Pack(b, 60, 70, 70, 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            packed.Pack(b, 60, 70, 70, 1);
            MatrixProduct.Multiply(a, 60, 1, packed, 100, accumulate: false, c, 70);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Check(Random random, PackedMatrix packed, int rows, int columns, int depth)
    {
        using var a = GuardedMemory.Fill(rows * depth, () => (random.NextSingle() * 2) - 1);
        using var b = GuardedMemory.Fill(depth * columns, () => (random.NextSingle() * 2) - 1);
        using var c = GuardedMemory.Fill(rows * columns, random.NextSingle);
        float[] before = c.Span.ToArray(), expected = new float[before.Length];
        packed.Pack(b.Span, depth, columns, columns, 1);
        for (int i = 0; i < expected.Length; i++)
        {
            (int row, int column) = (i / columns, i % columns);
            double exact = before[i];
            expected[i] = before[i];
            for (int k = 0; k < depth; k++)
            {
                (float x, float y) = (a.Span[(row * depth) + k], b.Span[(k * columns) + column]);
                expected[i] = MathF.FusedMultiplyAdd(x, y, expected[i]);
                exact += (double)x * y;
            }

            Assert.Equal(exact, expected[i], 1e-6 * (depth + 1));
        }

        MatrixProduct.Multiply(a.Span, depth, 1, packed, rows, accumulate: true, c.Span, columns);

        Assert.Equal(expected, c.Span.ToArray());
    }

    private static float[] Fill(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 2) - 1)];
}
