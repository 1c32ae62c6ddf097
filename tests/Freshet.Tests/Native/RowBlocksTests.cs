using CsCheck;
using Freshet.Native.Memory;

namespace Freshet.Tests.Native;

public sealed class RowBlocksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(77)]
    [InlineData(5000)]
    public void Every_row_has_floats_of_its_own_and_stays_where_it_is(int stride)
    {
        using var rows = new RowBlocks(stride);
        int count = 4_000_000 / (stride + 100);
        var places = new List<long>();
        for (int row = 0; row < count; row++)
        {
            rows.Reserve(row + 1);
            rows.Row(row).Fill(row);
            places.Add(Address(rows, row));
        }

        for (int row = 0; row < count; row++)
        {
            Assert.Equal(stride, rows.Row(row).Length);
            Assert.Equal(-1, rows.Row(row).IndexOfAnyExcept((float)row));
            Assert.Equal(places[row], Address(rows, row));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(96)]
    public void Addresses_without_a_branch_are_those_of_the_blocks(int stride)
    {
        // Blocks of 16 to 32 MiB begin after as many bytes: this walks over that border, one row of a few.
        using var rows = new RowBlocks(stride);
        int count = (80 << 20) / (4 * stride);
        rows.Reserve(count);
        for (int row = 0; row < count; row += 1 + (row / 50))
        {
            rows.Row(row)[0] = row;
            rows.Row(row)[^1] = row;
        }

        for (int row = 0; row < count; row += 1 + (row / 50))
        {
            Assert.Equal(row, rows.Row(row)[0]);
            Assert.Equal(row, rows.Row(row)[^1]);
        }

        Assert.InRange(rows.Bytes, (long)count * stride * 4, ((long)count * stride * 4) + (33 << 20));
    }

    [Fact]
    public void A_small_table_is_small_and_a_large_one_wastes_less_than_a_block()
    {
        using RowBlocks small = new(16), large = new(16);

        small.Reserve(7);
        large.Reserve(2_000_000);

        Assert.InRange(small.Bytes, 7 * 64, 2048);
        Assert.InRange(large.Bytes, 2_000_000 * 64, (2_000_000 * 64) + (33 << 20));
    }

    [Fact]
    public void Rows_begin_on_a_cache_line_where_the_stride_is_one()
    {
        using var rows = new RowBlocks(16);
        rows.Reserve(100_000);
        for (int row = 0; row < 100_000; row += 7)
        {
            Assert.Equal(0, Address(rows, row) % 64);
        }
    }

    [Fact]
    public void A_copy_is_equal_and_shares_nothing() => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 3000], Gen.Int[0, 3000]).Sample(
        (stride, count, before) =>
        {
            using RowBlocks source = Filled(stride, count, 1), copy = Filled(stride, before, 2);

            copy.CopyFrom(source, count);

            for (int row = 0; row < count; row++)
            {
                Assert.Equal(source.Row(row), copy.Row(row));
                copy.Row(row).Fill(-1);
                Assert.Equal(row + 1, source.Row(row)[0]);
            }

            for (int row = count; row < before; row++)
            {
                Assert.Equal(row + 2, copy.Row(row)[0]);
            }
        },
        iter: 50);

    [Fact]
    public void Some_rows_are_copied_and_the_others_left()
    {
        using RowBlocks source = Filled(5, 1000, 1), target = Filled(5, 900, 2);
        int[] rows = [.. Enumerable.Range(0, 300).Select(i => i * 3)];

        target.CopyFrom(source, rows);

        for (int row = 0; row < 900; row++)
        {
            Assert.Equal(row % 3 == 0 ? row + 1 : row + 2, target.Row(row)[4]);
        }
    }

    [Fact]
    public void Rows_of_no_floats_cost_nothing()
    {
        using RowBlocks rows = new(0), copy = new(0);

        rows.Reserve(1_000_000_000);
        copy.CopyFrom(rows, 1_000_000_000);

        Assert.True(rows.Row(999_999_999).IsEmpty);
        Assert.InRange(copy.Bytes, 0, 1024);
    }

    [Fact]
    public void A_row_that_is_not_there_is_refused()
    {
        using var rows = new RowBlocks(16);
        rows.Reserve(1);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => rows.Row(rows.Capacity).Length);

        Assert.StartsWith("There is no row 16 in blocks of 16 rows.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Row(-1).Length);
    }

    private static unsafe long Address(RowBlocks rows, int row) => (long)rows.Address(row);

    private static RowBlocks Filled(int stride, int count, float first)
    {
        var rows = new RowBlocks(stride);
        rows.Reserve(count);
        for (int row = 0; row < count; row++)
        {
            rows.Row(row).Fill(row + first);
        }

        return rows;
    }
}
