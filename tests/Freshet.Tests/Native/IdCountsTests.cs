using CsCheck;
using Freshet.Core;
using Freshet.Native.Ids;

namespace Freshet.Tests.Native;

public sealed class IdCountsTests
{
    private enum Action
    {
        Add,
        Set,
        Remove,
        Copy,
        Renew,
    }

    [Fact]
    public void Three_that_are_copied_to_each_other_are_three_dictionaries() => Gen.Select(
        Gen.Enum<Action>(), Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 4000]).Array[1, 80].Sample(
        steps =>
        {
            IdCounts[] counts = [new(), new(), new()];
            Dictionary<ulong, uint>[] models = [[], [], []];
            foreach ((Action action, int one, int pattern, int first) in steps)
            {
                // Many at a time, so that segments split.
                for (int i = first; action is Action.Add or Action.Set or Action.Remove && i < first + 400; i++)
                {
                    Change(action, counts[one], models[one], Id(pattern, i));
                }

                if (action == Action.Copy)
                {
                    int other = (one + 1 + (pattern & 1)) % 3;
                    counts[one].CopyFrom(counts[other]);
                    models[one] = new(models[other]);
                }
                else if (action == Action.Renew && pattern == 0)
                {
                    counts[one].Dispose();
                    (counts[one], models[one]) = (new IdCounts(), []);
                }
            }

            for (int one = 0; one < 3; one++)
            {
                Check(counts[one], models[one]);
            }

            Array.ForEach(counts, one => one.Dispose());
        },
        iter: 200);

    [Fact]
    public void A_count_stops_at_the_largest_number()
    {
        using var counts = new IdCounts();
        counts.Set(3, uint.MaxValue - 1);

        Assert.Equal([uint.MaxValue, uint.MaxValue], (uint[])[counts.Add(3), counts.Add(3)]);
    }

    [Fact]
    public void An_id_takes_16_bytes_at_most_at_every_size_from_a_hundred_on()
    {
        using var counts = new IdCounts();
        var random = new Random(5);
        while (counts.Count < 400_000)
        {
            counts.Add((ulong)random.NextInt64());
            if (counts.Count >= 100 && (counts.Count < 3000 || counts.Count % 1000 == 0))
            {
                Assert.InRange((double)counts.Bytes / counts.Count, 12, 16);
            }
        }
    }

    [Fact]
    public void Memory_follows_the_ids_that_are_removed()
    {
        using var counts = new IdCounts();
        for (int i = 0; i < 200_000; i++)
        {
            counts.Add(Id(0, i));
        }

        for (int i = 0; i < 150_000; i++)
        {
            Assert.Equal(1u, counts.Remove(Id(0, i)));
        }

        Assert.Equal(50_000, counts.Count);
        Assert.InRange((double)counts.Bytes / counts.Count, 12, 16);
    }

    [Fact]
    public void Copies_share_what_neither_changed()
    {
        using IdCounts counts = new(), copy = new();
        for (int i = 0; i < 100_000; i++)
        {
            counts.Add(Id(0, i));
        }

        long alone = counts.Bytes;
        copy.CopyFrom(counts);
        long shared = counts.Bytes + copy.Bytes;
        copy.Add(Id(0, 7));

        Assert.InRange(shared - alone, 1, alone / 20); // the second directory
        Assert.InRange(counts.Bytes + copy.Bytes - shared, 1, CountSegment.MostIds * 16);
        copy.Dispose();
        Assert.Equal(alone, counts.Bytes);
    }

    [Fact]
    public async Task Copies_change_on_threads_of_their_own()
    {
        using var counts = new IdCounts();
        var model = new Dictionary<ulong, uint>();
        for (int i = 0; i < 20_000; i++)
        {
            Change(Action.Set, counts, model, Id(0, i));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int round = 0; round < 20; round++)
            {
                using var copy = new IdCounts();
                copy.CopyFrom(counts);
                var own = new Dictionary<ulong, uint>(model);
                for (int i = 0; i < 1000; i++)
                {
                    Change(i % 3 == 0 ? Action.Remove : Action.Add, copy, own, Id(0, ((i * 31) + round + thread) % 25_000));
                }

                Check(copy, own);
            }
        })));

        Check(counts, model);
        using var alone = new IdCounts();
        alone.CopyFrom(counts);
        Assert.InRange((counts.Bytes + alone.Bytes) / (double)counts.Count, 12, 16); // every segment has these two owners again
    }

    [Fact]
    public void Counting_what_is_known_allocates_nothing()
    {
        using IdCounts counts = new(), point = new();
        for (int i = 0; i < 20_000; i++)
        {
            counts.Add(Id(0, i));
        }

        Assert.Equal(0, Allocation.Of(() =>
        {
            point.CopyFrom(counts);
            for (int i = 0; i < 20_000; i++)
            {
                counts.Add(Id(0, i));
                _ = counts.Remove(Id(0, i ^ 1));
            }

            counts.CopyFrom(point);
        }));
    }

    [Fact]
    public void Ids_made_to_agree_are_refused_before_memory_ends()
    {
        using var counts = new IdCounts();
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (ulong i = 0; i < 1000; i++)
            {
                counts.Add(IdDirectory.IdOf(i));
            }
        });

        Assert.Equal(
            "More than 256 of 256 counted ids have hashes that agree in 10 bits. The counts are as they were. Use ids that are hashes of what they stand for.",
            error.Message);
        Assert.Equal(256, counts.Count);
        Assert.Equal((1u, 0u), (counts.Of(IdDirectory.IdOf(255)), counts.Of(IdDirectory.IdOf(256))));
    }

    /// <summary>A half that keeps all ids of a segment is split in its turn: one that grew on would end at 65,536 places.</summary>
    [Fact]
    public void Ids_made_to_stay_on_one_side_of_a_split_are_split_again()
    {
        static ulong Lower(ulong number) => IdDirectory.IdOf((number * 0x9e3779b97f4a7c15) >> 1);

        using var counts = new IdCounts();
        for (ulong i = 0; i < 256; i++)
        {
            counts.Add(Lower(i));
        }

        counts.Add(IdDirectory.IdOf(1ul << 63));
        for (ulong i = 256; i < 70_000; i++)
        {
            counts.Add(Lower(i));
        }

        Assert.Equal(70_001, counts.Count);
        Assert.InRange((double)counts.Bytes / counts.Count, 12, 17);
        Assert.Equal((1u, 1u), (counts.Of(IdDirectory.IdOf(1ul << 63)), counts.Of(Lower(69_999))));
    }

    [Fact]
    public void Hashes_go_back_to_ids() => Gen.ULong.Sample(id => IdDirectory.IdOf(IdDirectory.Hash(id)) == id);

    private static void Change(Action action, IdCounts counts, Dictionary<ulong, uint> model, ulong id)
    {
        switch (action)
        {
            case Action.Add:
                Assert.Equal(model[id] = model.GetValueOrDefault(id) + 1, counts.Add(id));
                break;
            case Action.Set:
                counts.Set(id, model[id] = (uint)id);
                break;
            default:
                Assert.Equal(model.GetValueOrDefault(id), counts.Remove(id));
                _ = model.Remove(id);
                break;
        }
    }

    private static void Check(IdCounts counts, Dictionary<ulong, uint> model)
    {
        ulong[] ids = new ulong[counts.Count];
        uint[] values = new uint[counts.Count];
        counts.CopyTo(ids, values);
        Array.Sort(ids, values);
        Assert.Equal(model.Keys.Order(), ids);
        Assert.Equal(model.OrderBy(pair => pair.Key).Select(pair => pair.Value), values);
        Assert.All(model.Take(500), pair => Assert.Equal(pair.Value, counts.Of(pair.Key)));
        Assert.Equal(0u, counts.Of(0xABCDEF));
    }

    // Ids in a row, spread, with the same last bits, and with hashes of the first quarter only.
    private static ulong Id(int pattern, int i) => pattern switch
    {
        0 => (ulong)i,
        1 => SplitMix64.Mix(9, (ulong)i),
        2 => (ulong)i << 40,
        _ => IdDirectory.IdOf(SplitMix64.Mix(3, (ulong)i) >> 2),
    };
}
