using CsCheck;
using Freshet.Core;
using Freshet.Native.Ids;

namespace Freshet.Tests.Native;

public sealed class IdIndexTests
{
    [Fact]
    public void It_is_a_dictionary_whatever_the_ids_are() => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1500], Gen.ULong).Sample(
        (pattern, count, seed) =>
        {
            using var index = new IdIndex(4);
            var model = new Dictionary<ulong, int>();
            for (int i = 0; i < count; i++)
            {
                ulong id = Id(pattern, i, seed);
                if (model.TryAdd(id, model.Count))
                {
                    Assert.Equal(model[id], index.Add(id));
                }
            }

            Check(index, model, [.. Enumerable.Range(0, 300).Select(i => Id(0, i, seed + 1)), 0, ulong.MaxValue]);
        },
        iter: 100);

    [Fact]
    public void A_batch_is_found_as_one_by_one_at_every_length()
    {
        using var index = new IdIndex();
        for (int i = 0; i < 500; i++)
        {
            index.Add((ulong)i * 3);
        }

        for (int length = 0; length <= 150; length++)
        {
            ulong[] ids = [.. Enumerable.Range(length, length).Select(i => (ulong)i * 2)];
            int[] numbers = new int[length];

            index.Find(ids, numbers);

            Assert.Equal(ids.Select(index.Find), numbers);
            Assert.Equal(ids.Select(index.FindOwn), numbers);
        }
    }

    [Fact]
    public void Growth_never_moves_more_than_one_segment()
    {
        using IdIndex index = new(), often = new(2);
        for (int i = 0; i < 300_000; i++)
        {
            index.Add(SplitMix64.Mix(1, (ulong)i));
        }

        for (int i = 0; i < 20_000; i++)
        {
            often.Add(SplitMix64.Mix(2, (ulong)i));
        }

        Assert.Equal(1088, index.SegmentIds);
        Assert.InRange(index.MostMoved, 1, index.SegmentIds);
        Assert.InRange(often.MostMoved, 1, often.SegmentIds);
    }

    [Fact]
    public void Segments_that_were_split_are_used_again()
    {
        // 200,000 ids in segments that are at least 42 % full, at 12.8 bytes a place and 8 bytes for the id itself; the rest is room to grow.
        using var index = new IdIndex();
        for (int i = 0; i < 200_000; i++)
        {
            index.Add(SplitMix64.Mix(1, (ulong)i));
        }

        Assert.InRange(index.Bytes, 200_000 * 20L, 200_000 * 80L);
    }

    [Fact]
    public void An_index_of_seven_ids_is_small()
    {
        using var index = new IdIndex();
        for (ulong id = 0; id < 7; id++)
        {
            index.Add(id);
        }

        Assert.InRange(index.Bytes, 1, 4096);
    }

    [Fact]
    public void A_copy_is_equal_and_goes_its_own_way() => Gen.Select(Gen.Int[0, 600], Gen.Int[0, 600], Gen.Int[0, 300]).Sample(
        (count, before, after) =>
        {
            using IdIndex source = Filled(count, 1, out Dictionary<ulong, int> model), copy = Filled(before, 2, out _);

            copy.CopyFrom(source);
            var copyModel = new Dictionary<ulong, int>(model);
            Grow(copy, copyModel, after, 3);
            Grow(source, model, after, 4);

            Check(copy, copyModel, [.. model.Keys]);
            Check(source, model, [.. copyModel.Keys]);
        },
        iter: 50);

    [Fact]
    public void A_copy_that_grew_returns_to_what_it_was_and_can_grow_again() => Gen.Select(Gen.Int[0, 600], Gen.Int[0, 600].Array[1, 4]).Sample(
        (count, growths) =>
        {
            using IdIndex source = Filled(count, 1, out Dictionary<ulong, int> model), copy = new(4);
            copy.CopyFrom(source);
            ulong seed = 10;
            foreach (int growth in growths)
            {
                var grown = new Dictionary<ulong, int>(model);
                Grow(copy, grown, growth, seed++);
                Check(copy, grown, [7]);

                copy.ReturnTo(source);

                Check(copy, model, [.. grown.Keys]);
            }
        },
        iter: 50);

    [Fact]
    public void A_small_index_that_returned_keeps_its_ids_when_it_grows()
    {
        using IdIndex source = Filled(1, 1, out Dictionary<ulong, int> model), copy = new(4);
        copy.CopyFrom(source);
        copy.Add(5);
        copy.ReturnTo(source);

        Grow(copy, model, 50, 2);

        Check(copy, model, [5]);
    }

    [Fact]
    public void Ids_made_to_agree_are_refused_before_memory_ends()
    {
        using var index = new IdIndex(4);
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (ulong i = 0; i < 1000; i++)
            {
                index.Add(IdDirectory.IdOf(i));
            }
        });

        Assert.Equal(
            "More than 17 of 17 ids have hashes that agree in 10 bits. The index is as it was. Use ids that are hashes of what they stand for.",
            error.Message);
        Assert.Equal(17, index.Count);
        Assert.Equal(16, index.Find(IdDirectory.IdOf(16)));
    }

    [Fact]
    public async Task Readers_never_see_a_wrong_number_nor_miss_an_id_that_was_there()
    {
        const int Ids = 150_000;
        using var index = new IdIndex(2);
        using var stop = new CancellationTokenSource();
        int inserted = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader);
            ulong[] ids = new ulong[64];
            int[] numbers = new int[64];
            while (!stop.IsCancellationRequested)
            {
                int known = Volatile.Read(ref inserted), above = Math.Min(Ids, known + 200);
                int[] drawn = [.. ids.Select(_ => random.Next(above))];
                for (int i = 0; i < ids.Length; i++)
                {
                    ids[i] = Id(0, drawn[i], 5);
                }

                // 0 is what an empty place holds, and what nobody has inserted.
                ids[^1] = 0;
                index.Find(ids, numbers);
                Assert.Equal(-1, numbers[^1]);
                Assert.Equal(-1, index.Find(0));
                for (int i = 0; i < ids.Length - 1; i++)
                {
                    Assert.True(numbers[i] == drawn[i] || (numbers[i] == -1 && drawn[i] >= known), $"{drawn[i]} of {known} is {numbers[i]}");
                    Assert.True(index.Find(ids[i]) is int one && (one == drawn[i] || (one == -1 && drawn[i] >= known)));
                }
            }
        }))];

        for (int i = 0; i < Ids; i++)
        {
            index.Add(Id(0, i, 5));
            Volatile.Write(ref inserted, i + 1);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(Ids, index.Count);
    }

    // 0: hashes. 1: in a row. 2: multiples of a power of two. 3: only the high bits. 4: multiples of a Fibonacci number. 5: two numbers in one.
    private static ulong Id(int pattern, int i, ulong seed) => pattern switch
    {
        0 => SplitMix64.Mix(seed, (ulong)i),
        1 => seed + (ulong)i,
        2 => (ulong)i << (int)(seed % 50),
        3 => (ulong)i << 53,
        4 => (ulong)i * 75_025,
        _ => ((ulong)(uint)(i % 30) << 56) + (uint)(i / 30),
    };

    private static IdIndex Filled(int count, ulong seed, out Dictionary<ulong, int> model)
    {
        var index = new IdIndex(4);
        model = [];
        Grow(index, model, count, seed);
        return index;
    }

    private static void Grow(IdIndex index, Dictionary<ulong, int> model, int count, ulong seed)
    {
        for (int i = 0; i < count; i++)
        {
            ulong id = Id(0, i, seed);
            if (model.TryAdd(id, model.Count))
            {
                Assert.Equal(model[id], index.Add(id));
            }
        }
    }

    private static void Check(IdIndex index, Dictionary<ulong, int> model, ulong[] others)
    {
        ulong[] ids = [.. model.Keys, .. others];
        int[] numbers = new int[ids.Length];
        index.Find(ids, numbers);
        Assert.Equal(model.Count, index.Count);
        for (int i = 0; i < ids.Length; i++)
        {
            int expected = model.GetValueOrDefault(ids[i], -1);
            Assert.Equal(expected, numbers[i]);
            Assert.Equal(expected, index.Find(ids[i]));
        }

        Assert.All(model, entry => Assert.Equal(entry.Key, index.IdOf(entry.Value)));
    }
}
