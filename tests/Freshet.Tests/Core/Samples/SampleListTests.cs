using CsCheck;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;

namespace Freshet.Tests.Core.Samples;

public sealed class SampleListTests
{
    /// <summary>Two tasks, one regression.</summary>
    private static readonly SnapshotSchema s_schema = new([], [], HistoryLength: 0, HistoryItemSlot: -1, Tasks: ["click", "like"], Targets: ["seconds"]);

    [Fact]
    public void Samples_come_back_with_what_belongs_to_them()
    {
        var list = new SampleList(s_schema);

        list.Add(At(5), [1.5f]);
        list.Add(At(6), [float.NaN]);

        Assert.Equal([At(5), At(6)], list.Samples.ToArray());
        Assert.Equal([1.5f], list.Targets(0).ToArray());
        Assert.Equal([float.NaN], list.Targets(1).ToArray());
        Assert.True(list.Weights(0).IsEmpty);
    }

    [Fact]
    public void Once_a_sample_has_weights_the_others_have_ones()
    {
        var list = new SampleList(s_schema);

        list.Add(At(1), [1]);
        list.Add(At(2), [2], [0.5f, 3]);
        list.Add(At(3), [3]);

        Assert.Equal([1, 1], list.Weights(0).ToArray());
        Assert.Equal([0.5f, 3], list.Weights(1).ToArray());
        Assert.Equal([1, 1], list.Weights(2).ToArray());
        list.Clear();
        list.Add(At(1), [1]);
        Assert.True(list.Weights(0).IsEmpty);
    }

    [Fact]
    public void Sorting_keeps_columns_together_and_equal_samples_in_their_order() =>
        Gen.Select(Gen.Long[0, 5], Gen.Int[0, 3], Gen.Bool).Array[0, 60].Sample(drawn =>
        {
            var list = new SampleList(s_schema);
            for (int i = 0; i < drawn.Length; i++)
            {
                LabelledSample sample = At(drawn[i].Item1) with { Row = drawn[i].Item2, Repeats = i };
                list.Add(sample, [i], drawn[i].Item3 ? [i, -i] : []);
            }

            list.Sort();

            int[] expected = [.. Enumerable.Range(0, drawn.Length).OrderBy(i => drawn[i].Item1).ThenBy(i => drawn[i].Item2)];
            Assert.Equal(expected, list.Samples.ToArray().Select(sample => sample.Repeats));
            for (int i = 0; i < drawn.Length; i++)
            {
                Assert.Equal([expected[i]], list.Targets(i).ToArray());
                Assert.Equal(
                    !drawn.Any(one => one.Item3) ? [] : drawn[expected[i]].Item3 ? [expected[i], -expected[i]] : [1, 1],
                    list.Weights(i).ToArray());
            }
        }, iter: 300);

    [Fact]
    public void A_sample_of_another_width_is_refused_with_both_widths()
    {
        var list = new SampleList(s_schema);

        var failure = Assert.Throws<ArgumentException>(() => list.Add(At(1), [1, 2], [1, 1]));

        Assert.Equal("A sample has 2 targets and 2 weights; this list is of 1 targets and 2 weights (or none).", failure.Message);
        Assert.Equal(0, list.Count);
    }

    [Fact]
    public void Filled_again_it_allocates_nothing()
    {
        var list = new SampleList(s_schema);

        long allocated = Allocation.Of(() =>
        {
            list.Clear();
            for (int i = 0; i < 1000; i++)
            {
                list.Add(At(i), [i], [1, 1]);
            }
        });

        Assert.Equal(0, allocated);
    }

    private static LabelledSample At(long shownAt) => new(shownAt, 0, 0, 0, 1);
}
