using CsCheck;
using Freshet.Core;
using Freshet.Native.Ids;

namespace Freshet.Tests.Native;

public sealed class CountSketchTests
{
    private static readonly Gen<(int Ids, int Largest, (int One, int Id, int Kind)[] Steps)> s_steps = Gen.Select(
        Gen.Int[1, 200], Gen.OneOfConst(1, 2, 3, 4, 9, 15, 16, 99, 255, 256, 1000), Gen.Select(Gen.Int[0, 1], Gen.Int[0, 3000], Gen.Int[0, 9]).Array[1, 200]);

    [Fact]
    public void A_count_is_never_below_the_truth_whatever_is_copied_and_saved() => s_steps.Sample(
        (ids, largest, steps) =>
        {
            CountSketch[] sketches = [new(ids, 0.01, largest), new(ids, 0.01, largest)];
            Dictionary<ulong, uint>[] truths = [[], []];
            foreach ((int one, int first, int kind) in steps)
            {
                if (kind == 0)
                {
                    sketches[one].CopyFrom(sketches[1 - one]);
                    truths[one] = new(truths[1 - one]);
                }
                else if (kind == 1)
                {
                    sketches[one] = Saved(sketches[one], ids);
                }

                for (int i = first; kind > 1 && i < first + (kind * 10); i++)
                {
                    ulong id = SplitMix64.Mix(5, (ulong)(i % 3000));
                    uint before = sketches[one].Of(id), added = sketches[one].Add(id);
                    truths[one][id] = truths[one].GetValueOrDefault(id) + 1;

                    Assert.Equal(before + 1, added);
                    Assert.InRange(added, Math.Min(truths[one][id], (uint)largest + 1), (uint)largest + 1);
                    Assert.Equal(Math.Min(added, (uint)largest), sketches[one].Of(id));
                }
            }

            for (int one = 0; one < 2; one++)
            {
                Assert.All(truths[one], truth => Assert.InRange(sketches[one].Of(truth.Key), Math.Min(truth.Value, (uint)largest), (uint)largest));
                sketches[one].Dispose();
            }
        },
        iter: 200);

    // Ids of one sighting and more, some of many, as behaviour logs have them; the bounds are far above what docs/embeddings.md measured.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Few_ids_of_a_skewed_stream_reach_a_threshold_too_early(int threshold)
    {
        const int Ids = 50_000;
        using var sketch = new CountSketch(Ids, 0.01, threshold - 1);
        var random = new Random(threshold);
        var counts = new Dictionary<int, int>();
        var admitted = new HashSet<int>();
        int early = 0;
        while (counts.Count < Ids)
        {
            int id = (int)Math.Pow(1 - random.NextDouble(), -2); // P(id > x) = 1/√x
            counts[id] = counts.GetValueOrDefault(id) + 1;
            if (!admitted.Contains(id) && sketch.Add((ulong)id) >= threshold)
            {
                _ = admitted.Add(id);
                early += counts[id] < threshold ? 1 : 0;
            }
        }

        Assert.Equal(counts.Where(count => count.Value >= threshold).Select(count => count.Key).Order(), admitted.Where(id => counts[id] >= threshold).Order());
        Assert.InRange(early, 0, Ids / 200);
        Assert.InRange(sketch.Bytes, 1, 2.1 * Ids); // the last page is not for all of its ids
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.05)]
    [InlineData(0.001)]
    public void A_sketch_of_one_bit_errs_as_it_was_asked_to(double error)
    {
        const int Ids = 100_000;
        using var sketch = new CountSketch(Ids, error, 1);
        for (int id = 0; id < Ids; id++)
        {
            _ = sketch.Add((ulong)id);
        }

        Assert.InRange(Enumerable.Range(Ids, Ids).Count(id => sketch.Of((ulong)id) > 0), 0, Ids * error);
    }

    [Fact]
    public void For_a_hundred_million_ids_it_takes_2_bytes_an_id_at_1_percent()
    {
        using CountSketch sketch = new(100_000_000, 0.01, 99), page = new(1, 0.01, 99);
        _ = page.Add(1);

        Assert.Equal(sketch.Pages * sizeof(long), sketch.Bytes);
        Assert.InRange((double)sketch.Pages * page.Bytes / 100_000_000, 1.9, 2);
    }

    [Fact]
    public void Copies_share_the_pages_that_neither_changed()
    {
        using CountSketch sketch = new(100_000, 0.01, 9), copy = new(100_000, 0.01, 9);
        for (int id = 0; id < 100_000; id++)
        {
            _ = sketch.Add((ulong)id);
        }

        long alone = sketch.Bytes;
        copy.CopyFrom(sketch);
        long shared = sketch.Bytes + copy.Bytes;
        _ = copy.Add(7);

        Assert.InRange(shared - alone, 1, alone / 100);
        Assert.InRange(sketch.Bytes + copy.Bytes - shared, CountSketch.PageSize, CountSketch.PageSize + 64);
        copy.Dispose();
        Assert.Equal(alone, sketch.Bytes);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        using CountSketch sketch = new(10_000, 0.01, 9), point = new(10_000, 0.01, 9);

        Assert.Equal(0, Allocation.Of(() =>
        {
            point.CopyFrom(sketch);
            for (ulong id = 0; id < 10_000; id++)
            {
                _ = sketch.Add(id);
            }

            sketch.CopyFrom(point);
        }));
    }

    [Fact]
    public void A_page_with_a_count_above_the_largest_is_not_taken()
    {
        using var sketch = new CountSketch(10, 0.01, 9);
        byte[] cells = new byte[CountSketch.PageSize];
        cells[77] = 0xA0;

        Assert.False(sketch.TrySetPage(0, cells));
        Assert.True(sketch.Page(0).IsEmpty);
        cells[77] = 0x90;
        Assert.True(sketch.TrySetPage(0, cells));
        Assert.Equal(cells, sketch.Page(0));
    }

    [Theory]
    [InlineData(0, 0.01, 1)]
    [InlineData(1, 0.00001, 1)]
    [InlineData(1, 0.6, 1)]
    [InlineData(1, 0.01, 0)]
    [InlineData(1, 0.01, 65_536)]
    [InlineData(1L << 60, 0.01, 1)]
    public void What_is_out_of_range_is_refused(long ids, double error, int largest) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CountSketch(ids, error, largest));

    private static CountSketch Saved(CountSketch sketch, int ids)
    {
        var restored = new CountSketch(ids, 0.01, sketch.Largest);
        for (int page = 0; page < sketch.Pages; page++)
        {
            Assert.True(sketch.Page(page).IsEmpty || restored.TrySetPage(page, sketch.Page(page)));
        }

        sketch.Dispose();
        return restored;
    }
}
