using CsCheck;
using Freshet.Native.Memory;

namespace Freshet.Tests.Native;

public sealed class RowMarksTests
{
    [Fact]
    public void Marked_rows_come_back_ascending() => Gen.Select(Gen.Int[1, 3000], Gen.Int[0, 2999].Array[0, 100]).Sample((count, wanted) =>
    {
        using RowMarks marks = new(), copy = new();
        int[] rows = [.. wanted.Where(row => row < count)];
        marks.Reserve(count);

        marks.Mark(rows);
        copy.CopyFrom(marks);

        int[] expected = [.. rows.Distinct().Order()], found = new int[copy.Count];
        Assert.Equal(expected.Length, copy.CopyTo(found));
        Assert.Equal(expected, found);
        Assert.All(Enumerable.Range(0, count), row => Assert.Equal(expected.Contains(row), marks.IsMarked(row)));
        marks.Clear();
        Assert.Equal(0, marks.Count);
    });

    [Fact]
    public void Rows_that_come_later_are_unmarked()
    {
        using RowMarks marks = new(), shorter = new();
        shorter.Reserve(3);
        for (int row = 0; row < 5000; row++)
        {
            marks.Reserve(row + 1);
            marks.Mark(row);
        }

        marks.CopyFrom(shorter);
        marks.Reserve(5000);

        Assert.Equal(0, marks.Count);
        Assert.Equal(5000, marks.Rows);
    }

    [Fact]
    public async Task Threads_mark_rows_that_share_a_word()
    {
        const int Rows = 2048, Rounds = 300;
        using var marks = new RowMarks();
        marks.Reserve(Rows * Rounds);
        int arrived = 0;

        // Both at once through the same few words, each in an order of its own, or they would follow each other and never meet.
        await Task.WhenAll(Enumerable.Range(0, 2).Select(part => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(part);
                var wait = default(SpinWait);
                for (int round = 0; round < Rounds; round++)
                {
                    int[] rows = [.. Enumerable.Range(0, Rows / 2).Select(i => (round * Rows) + (2 * i) + part)];
                    random.Shuffle(rows);
                    Interlocked.Increment(ref arrived);
                    while (Volatile.Read(ref arrived) < 2 * (round + 1))
                    {
                        wait.SpinOnce(sleep1Threshold: -1);
                    }

                    marks.Mark(rows);
                }
            },
            TaskCreationOptions.LongRunning)));

        Assert.Equal(Rows * Rounds, marks.Count);
    }

    [Fact]
    public void A_row_without_a_bit_is_refused()
    {
        using var marks = new RowMarks();
        marks.Reserve(5);

        Assert.StartsWith(
            "There is no row 5 among marks of 5 rows.", Assert.Throws<ArgumentOutOfRangeException>(() => marks.Mark(5)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => marks.Mark([-1]));
    }
}
