using CsCheck;
using Freshet.Kernels.Rows;

namespace Freshet.Tests.Kernels;

/// <summary>Sums by row at every width from 1 to 70, from memory that ends at a guard page, against plain loops.</summary>
public sealed class RowSumsTests
{
    private const int TableRows = 200;

    [Fact]
    public void A_row_sums_what_its_occurrences_bring_in_their_order_at_every_width()
    {
        var random = new Random(20_260_402);
        for (int width = 1; width <= 70; width++)
        {
            using var sums = new RowSums(width + 3);
            foreach (int stride in (int[])[width, width + 1, (width + 31) / 32 * 32])
            {
                int[] rows = [.. Enumerable.Range(0, 300).Select(_ => random.Next(-1, TableRows))];
                int[] owners = [.. rows.Select(_ => random.Next(20))];
                using var source = GuardedMemory.Fill((19 * stride) + width, () => random.NextSingle() - 0.5f);
                float[] scales = [.. Enumerable.Range(0, 20).Select(_ => random.NextSingle())];
                var expected = new Dictionary<int, float[]>();
                for (int j = 0; j < rows.Length; j++)
                {
                    if (rows[j] >= 0)
                    {
                        float[] sum = expected.TryGetValue(rows[j], out float[]? found) ? found : expected[rows[j]] = new float[width + 3];
                        for (int i = 0; i < width; i++)
                        {
                            sum[i + 2] = MathF.FusedMultiplyAdd(scales[owners[j]], source.Span[(owners[j] * stride) + i], sum[i + 2]);
                        }
                    }
                }

                sums.Begin(TableRows);
                sums.Add(rows, owners, source.Span, stride, scales, 2, width);

                Assert.Equal(expected.Keys, sums.Rows.ToArray());
                for (int place = 0; place < expected.Count; place++)
                {
                    Assert.Equal(expected[sums.Rows[place]], sums[place].ToArray());
                }
            }
        }
    }

    [Fact]
    public void Without_owners_and_scales_occurrence_j_brings_row_j_as_it_is()
    {
        using var sums = new RowSums(2);
        sums.Begin(10);

        sums.Add([3, -1, 3, 5], [], [1, 2, 10, 20, 100, 200, 1000, 2000], 2, [], 0, 2);

        Assert.Equal([3, 5], sums.Rows.ToArray());
        Assert.Equal([101f, 202f], sums[0].ToArray());
        Assert.Equal([1000f, 2000f], sums[1].ToArray());
    }

    [Fact]
    public void Places_that_were_asked_for_once_serve_every_source()
    {
        using RowSums once = new(5), twice = new(5);
        int[] rows = [4, 1, -1, 4, 9], places = new int[5];
        float[] vectors = [.. Enumerable.Range(1, 15).Select(i => (float)i)], logits = [.. Enumerable.Range(1, 10).Select(i => i * 0.1f)];
        once.Begin(10);
        twice.Begin(10);

        once.Use(rows, places);
        once.AddAt(places, [], vectors, 3, [], 0, 3);
        once.AddAt(places, [], logits, 2, [], 3, 2);
        twice.Add(rows, [], vectors, 3, [], 0, 3);
        twice.Add(rows, [], logits, 2, [], 3, 2);

        Assert.Equal([0, 1, -1, 0, 2], places);
        Assert.Equal(twice.Rows.ToArray(), once.Rows.ToArray());
        Assert.Equal(twice.Sums.ToArray(), once.Sums.ToArray());
        Assert.Equal([1f + 10, 2 + 11, 3 + 12, 0.1f + 0.7f, 0.2f + 0.8f], once[0].ToArray());
    }

    [Fact]
    public void The_bits_of_a_sum_do_not_depend_on_the_number_of_parts() =>
        Gen.Select(Gen.Int[-1, 63].Array[0, 400], Gen.Int[1, 20], Gen.Int[0, 1000]).Sample((rows, width, seed) =>
        {
            var random = new Random(seed);
            float[] source = [.. Enumerable.Range(0, rows.Length * width).Select(_ => random.NextSingle() - 0.5f)];
            Dictionary<int, float[]> whole = Sums(rows, source, width, 1);

            foreach (int parts in (int[])[2, 4, 8])
            {
                Dictionary<int, float[]> dealt = Sums(rows, source, width, parts);
                Assert.Equal(whole.Count, dealt.Count);
                Assert.All(whole, sum => Assert.Equal(sum.Value, dealt[sum.Key]));
            }
        });

    [Fact]
    public void The_next_batch_starts_from_zero_also_when_the_table_has_grown()
    {
        using var sums = new RowSums(3);
        sums.Begin(10);
        sums.Add([7], [], [1, 2, 3], 3, [], 0, 3);

        sums.Begin(100_000);

        Assert.Equal(0, sums.Rows.Length);
        Assert.Equal([0f, 0, 0], sums[sums.Use(7)].ToArray());
        Assert.Equal([0f, 0, 0], sums[sums.Use(99_999)].ToArray());
        Assert.Equal(0, sums.Use(7));
    }

    [Fact]
    public void One_sum_that_is_too_large_or_not_finite_is_found_wherever_it_is()
    {
        for (int width = 1; width <= 20; width++)
        {
            using var sums = new RowSums(width);
            sums.Begin(50);
            for (int row = 0; row < 50; row++)
            {
                sums[sums.Use(row)].Fill(row % 2 == 0 ? 1.5f : -1.5f);
            }

            Assert.True(sums.AllBelow(2));
            Assert.False(sums.AllBelow(1.5f));
            Assert.True(sums.AllBelow(float.PositiveInfinity));
            for (int at = 0; at < 50 * width; at += 3)
            {
                foreach (float odd in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
                {
                    sums[at / width][at % width] = odd;
                    Assert.False(sums.AllBelow(float.PositiveInfinity));
                }

                sums[at / width][at % width] = 0;
            }
        }
    }

    [Fact]
    public void What_is_outside_is_refused()
    {
        using RowSums sums = new(4), odd = new(4, part: 1, parts: 2);
        sums.Begin(10);
        odd.Begin(10);

        Assert.StartsWith(
            "Row 10 is not one of part 0 of 1 of a table of 10 rows.",
            Assert.Throws<ArgumentOutOfRangeException>(() => sums.Use(10)).Message);
        Assert.StartsWith(
            "Row 2 is not one of part 1 of 2 of a table of 10 rows.", Assert.Throws<ArgumentOutOfRangeException>(() => odd.Use(2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => sums.Add([-2], [], new float[4], 4, [], 0, 4));
        Assert.StartsWith(
            "Place 0 of 1 or owner 1 of 1 is outside.",
            Assert.Throws<ArgumentOutOfRangeException>(() => sums.Add([1], [1], new float[4], 4, [], 0, 4)).Message);
        Assert.Equal(
            "Floats 1 to 5 are not all in sums of 4.",
            Assert.Throws<ArgumentException>(() => sums.Add([1], [], new float[4], 4, [], 1, 4)).Message);
        Assert.Equal(
            "There is no part 0 of 3; use a power of two of parts, numbered from 0.",
            Assert.Throws<ArgumentException>(() => new RowSums(4, 0, 3)).Message);
    }

    [Fact]
    public void Sums_allocate_nothing_in_steady_state()
    {
        using var sums = new RowSums(18);
        int[] rows = [.. Enumerable.Range(0, 3000).Select(i => i * 7919 % 1000)];
        float[] source = new float[3000 * 18];
        // The compiler, too, allocates while it replaces a method's first version.
        for (int i = 0; i < 100; i++)
        {
            Batch();
        }

        Assert.Equal(0, Allocation.Of(Batch));

        void Batch()
        {
            sums.Begin(1000);
            sums.Add(rows, [], source, 18, [], 0, 18);
        }
    }

    private static Dictionary<int, float[]> Sums(int[] rows, float[] source, int width, int parts)
    {
        var result = new Dictionary<int, float[]>();
        for (int part = 0; part < parts; part++)
        {
            using var sums = new RowSums(width, part, parts);
            sums.Begin(64);
            sums.Add(rows, [], source, width, [], 0, width);
            for (int place = 0; place < sums.Rows.Length; place++)
            {
                Assert.Equal(part, sums.Rows[place] % parts);
                result.Add(sums.Rows[place], sums[place].ToArray());
            }
        }

        return result;
    }
}
