using Freshet.Kernels.Rows;
using Freshet.Native.Memory;

namespace Freshet.Tests.Kernels;

/// <summary>Gathers at every width from 1 to 70, into memory that ends at a guard page, against plain loops.</summary>
public sealed class RowGatherTests
{
    private const int Rows = 300;

    [Fact]
    public void Rows_are_copied_to_their_places_and_nothing_else_is_written() => ForEveryWidth((rows, offset, width, stride, random) =>
    {
        int[] indices = Indices(random, 100);
        using var destination = GuardedMemory.Fill(((indices.Length - 1) * stride) + width, () => 7);
        float[] expected = destination.Span.ToArray();
        for (int j = 0; j < indices.Length; j++)
        {
            for (int i = 0; i < width; i++)
            {
                expected[(j * stride) + i] = indices[j] < 0 ? 0 : rows.Row(indices[j])[offset + i];
            }
        }

        RowGather.Copy(rows, indices, offset, width, destination.Span, stride);

        Assert.Equal(expected, destination.Span.ToArray());
    });

    [Fact]
    public void Bags_are_summed_in_the_order_of_their_ids() => ForEveryWidth((rows, offset, width, stride, random) =>
    {
        const int Samples = 9;
        int[] indices = Indices(random, 100);
        int[] owners = [.. indices.Select(_ => random.Next(Samples))];
        using var destination = GuardedMemory.Fill(((Samples - 1) * stride) + width, random.NextSingle);
        float[] expected = destination.Span.ToArray();
        for (int j = 0; j < indices.Length; j++)
        {
            for (int i = 0; i < width && indices[j] >= 0; i++)
            {
                expected[(owners[j] * stride) + i] += rows.Row(indices[j])[offset + i];
            }
        }

        RowGather.Add(rows, indices, owners, offset, width, destination.Span, stride);

        Assert.Equal(expected, destination.Span.ToArray());
    });

    [Fact]
    public void No_indices_touch_nothing()
    {
        using RowBlocks rows = Filled(16, new Random(1));

        RowGather.Copy(rows, [], 0, 16, [], 32);
        RowGather.Add(rows, [], [], 0, 16, [], 32);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_before_anything_is_written()
    {
        using RowBlocks rows = Filled(16, new Random(1));
        float[] destination = new float[100];

        Assert.Equal(
            "Floats 4 to 20 are not all in rows of 16.",
            Assert.Throws<ArgumentException>(() => RowGather.Copy(rows, [1], 4, 16, destination, 16)).Message);
        Assert.Equal(
            "7 rows of 16 floats, one every 16, do not fit into 100 floats.",
            Assert.Throws<ArgumentException>(() => RowGather.Copy(rows, [1, 1, 1, 1, 1, 1, 1], 0, 16, destination, 16)).Message);
        Assert.Equal(
            "Rows of 16 floats overlap where one begins every 15.",
            Assert.Throws<ArgumentException>(() => RowGather.Copy(rows, [1], 0, 16, destination, 15)).Message);
        Assert.Equal(
            "Lengths do not fit: indices [2], owners [1].",
            Assert.Throws<ArgumentException>(() => RowGather.Add(rows, [1, 2], [0], 0, 16, destination, 16)).Message);
        Assert.Equal(new float[100], destination);
    }

    [Fact]
    public void An_index_or_owner_outside_is_refused()
    {
        using RowBlocks rows = Filled(16, new Random(1));
        float[] destination = new float[64];

        Assert.StartsWith(
            $"There is no row -2 in blocks of {rows.Capacity} rows; −1 stands for none.",
            Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Copy(rows, [-2], 0, 16, destination, 16)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Copy(rows, [rows.Capacity], 0, 16, destination, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Add(rows, [int.MaxValue], [0], 0, 16, destination, 16));
        Assert.StartsWith(
            "Owner 4 is outside of a matrix of 4 rows.",
            Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Add(rows, [1], [4], 0, 16, destination, 16)).Message);
    }

    [Fact]
    public void Gathers_allocate_nothing()
    {
        using RowBlocks rows = Filled(16, new Random(1));
        int[] indices = Indices(new Random(2), 200), owners = new int[200];
        float[] destination = new float[200 * 32];
        // The compiler, too, allocates while it replaces a method's first version.
        for (int i = 0; i < 100; i++)
        {
            Gather();
        }

        Assert.Equal(0, Allocation.Of(Gather));

        void Gather()
        {
            RowGather.Copy(rows, indices, 0, 16, destination, 32);
            RowGather.Add(rows, indices, owners, 0, 16, destination, 32);
        }
    }

    private static void ForEveryWidth(Action<RowBlocks, int, int, int, Random> check)
    {
        var random = new Random(20_260_401);
        for (int width = 1; width <= 70; width++)
        {
            using RowBlocks whole = Filled(width, random), wider = Filled(width + 5, random);
            foreach (int stride in (int[])[width, width + 1, (width + 31) / 32 * 32])
            {
                check(whole, 0, width, stride, random);
                check(wider, 3, width, stride, random);
            }
        }
    }

    private static int[] Indices(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-1, Rows))];

    private static RowBlocks Filled(int stride, Random random)
    {
        var rows = new RowBlocks(stride);
        rows.Reserve(Rows);
        for (int row = 0; row < Rows; row++)
        {
            foreach (ref float value in rows.Row(row))
            {
                value = random.NextSingle() - 0.5f;
            }
        }

        return rows;
    }
}
