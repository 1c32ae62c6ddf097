using CsCheck;
using Freshet.Core.Events;
using Freshet.Pipeline.Retention;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>Vectors of ranked pages wait in the order in which they were served, up to a limit.</summary>
public sealed class ServedVectorsTests
{
    private int _told;

    [Fact]
    public void Over_the_limit_the_one_that_was_served_first_leaves_and_the_others_stay()
    {
        ServedVectors served = Of(2);
        served.Add(Key(1), 10);
        served.Add(Key(2), 20);
        served.Add(Key(1), 11); // served again: it is now the later one

        served.Add(Key(3), 30);

        Assert.False(served.TryTake(Key(2), out _));
        Assert.True(served.TryTake(Key(1), out int row));
        Assert.Equal(11, row);
        Assert.Equal(new ServedCounts(Served: 4, Replaced: 1, Taken: 1, Evicted: 1, Waiting: 1), served.Counts);
        Assert.Equal(1, _told);
    }

    /// <summary>
    /// The rule, told as a list: whatever is served and shown, both give the same rows and counts, restarts between them included.
    /// </summary>
    [Fact]
    public void It_is_a_list_in_the_order_of_service_and_every_vector_has_one_outcome() =>
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 20]).Array[0, 300]).Sample((limit, steps) =>
        {
            var list = new List<(ulong Identity, int Row)>();
            int replaced = 0, evicted = 0, taken = 0, added = 0;
            ServedVectors served = Of(limit);
            for (int i = 0; i < steps.Length; i++)
            {
                (int identity, int kind) = steps[i];
                if (kind == 20)
                {
                    served = Restarted(served, limit);
                }
                else if (kind > 12)
                {
                    int place = list.FindIndex(entry => entry.Identity == (ulong)identity);
                    Assert.Equal(place >= 0, served.TryTake(Key((ulong)identity), out int row));
                    Assert.Equal(place >= 0 ? list[place].Row : 0, row);
                    taken += place >= 0 ? 1 : 0;
                    list.RemoveRange(Math.Max(place, 0), place >= 0 ? 1 : 0);
                }
                else
                {
                    replaced += list.RemoveAll(entry => entry.Identity == (ulong)identity);
                    list.Add(((ulong)identity, i));
                    served.Add(Key((ulong)identity), i);
                    added++;
                    evicted += list.Count > limit ? 1 : 0;
                    list.RemoveRange(0, Math.Max(0, list.Count - limit));
                }

                Assert.Equal(new ServedCounts(added, replaced, taken, evicted, list.Count), served.Counts);
                Assert.Equal(added, replaced + taken + evicted + list.Count);
            }
        }, iter: 300);

    [Fact]
    public void What_is_taken_leaves_no_trace_while_the_first_one_waits_for_ever()
    {
        ServedVectors served = Of(1_000_000);
        served.Add(Key(0), 0);
        for (ulong i = 1; i <= 1_000; i++)
        {
            served.Add(Key(i), (int)i);
            Assert.True(served.TryTake(Key(i), out _));
        }

        Assert.InRange(served.Remembered, 1, 66);
    }

    private ServedVectors Of(int limit) => new(limit, () => _told++);

    private ServedVectors Restarted(ServedVectors served, int limit)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        served.Save(writer);
        writer.Flush();
        bytes.Position = 0;
        ServedVectors again = Of(limit);
        using var reader = new BinaryReader(bytes);
        again.Restore(reader);
        return again;
    }

    private static IdentityKey Key(ulong identity) => new(identity, ~identity);
}
