using System.Text;
using Freshet.Core.Ports;

namespace Freshet.Tests.Contracts;

/// <summary>What every event log promises; an adapter derives from it and says how to open one.</summary>
public abstract class EventLogContract
{
    /// <summary>Opens the log of this test, new at first and the same one after that; with 3 partitions.</summary>
    protected abstract IEventLog Open();

    [Fact]
    public void What_is_not_committed_is_not_readable_and_what_is_committed_is()
    {
        using IEventLog log = Open();
        using IEventLogReader reader = log.OpenReader(1, log.BeginOffset(1));
        var batch = new EventLogBatch();
        log.Append(1, "one"u8);

        bool before = reader.TryRead(batch);
        log.Commit();
        bool after = reader.TryRead(batch);

        Assert.False(before);
        Assert.True(after);
        Assert.Equal("one", Encoding.UTF8.GetString(batch.Payload(0)));
        Assert.Equal(log.EndOffset(1), batch.NextOffset);
    }

    [Fact]
    public void Every_partition_gives_its_own_payloads_in_order()
    {
        using IEventLog log = Open();
        for (int i = 0; i < 3_000; i++)
        {
            log.Append(i % 3, Encoding.UTF8.GetBytes($"payload {i}"));
        }

        log.Commit();

        for (int partition = 0; partition < 3; partition++)
        {
            Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"payload {(3 * i) + partition}"), Read(log, partition));
        }
    }

    [Fact]
    public void Committed_payloads_are_there_after_opening_again_and_appending_goes_on_after_them()
    {
        using (IEventLog log = Open())
        {
            log.Append(0, "a"u8);
            log.Commit();
        }

        using IEventLog again = Open();
        again.Append(0, "b"u8);
        again.Commit();

        Assert.Equal(["a", "b"], Read(again, 0));
        Assert.Empty(Read(again, 1));
    }

    [Fact]
    public void A_reader_goes_on_from_an_offset_of_any_payload()
    {
        using IEventLog log = Open();
        var offsets = new List<long>();
        for (int i = 0; i < 200; i++)
        {
            offsets.Add(log.Append(2, Encoding.UTF8.GetBytes($"{i}")));
        }

        log.Commit();

        foreach (int i in new[] { 0, 1, 57, 199 })
        {
            Assert.Equal(Enumerable.Range(i, 200 - i).Select(n => $"{n}"), Read(log, 2, offsets[i]));
        }

        Assert.Empty(Read(log, 2, log.EndOffset(2)));
    }

    [Fact]
    public void Small_batches_join_without_gap_or_repeat()
    {
        using IEventLog log = Open();
        Fill(log, 0, 500);
        var batch = new EventLogBatch(targetSize: 100);
        var numbers = new List<string>();
        long offset = log.BeginOffset(0);

        while (true)
        {
            using IEventLogReader reader = log.OpenReader(0, offset);
            if (!reader.TryRead(batch))
            {
                break;
            }

            Assert.Equal(offset, batch.Offset(0));
            Assert.Equal(batch.NextOffset, reader.Offset);
            numbers.AddRange(Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch.Payload(i))));
            offset = batch.NextOffset;
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), numbers);
    }

    [Fact]
    public void Readers_do_not_disturb_each_other_or_the_writer()
    {
        using IEventLog log = Open();
        Fill(log, 0, 10);
        using IEventLogReader slow = log.OpenReader(0, log.BeginOffset(0));
        using IEventLogReader fast = log.OpenReader(0, log.BeginOffset(0));
        var batch = new EventLogBatch();

        Assert.True(fast.TryRead(batch));
        Fill(log, 0, 10);
        Assert.True(fast.TryRead(batch));
        Assert.Equal(10, batch.Count);
        Assert.True(slow.TryRead(batch));

        Assert.Equal(20, batch.Count);
    }

    [Fact]
    public void Payloads_appended_by_many_threads_are_all_there_once()
    {
        using IEventLog log = Open();

        Parallel.For(0, 8, writer =>
        {
            for (int i = 0; i < 500; i++)
            {
                log.Append(0, Encoding.UTF8.GetBytes($"{writer}:{i}{new string('x', (i * 37) % 900)}"));
                if (i % 100 == 0)
                {
                    log.Commit();
                }
            }
        });
        log.Commit();

        List<string> read = [.. Read(log, 0).Select(text => text.TrimEnd('x'))];
        Assert.Equal(4_000, read.Count);
        for (int writer = 0; writer < 8; writer++)
        {
            Assert.Equal(
                Enumerable.Range(0, 500).Select(i => $"{writer}:{i}"), read.Where(text => text.StartsWith($"{writer}:", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_payload_may_fill_the_largest_size_and_no_more()
    {
        using IEventLog log = Open();
        byte[] largest = new byte[log.MaxPayloadSize];
        new Random(7).NextBytes(largest.AsSpan(0, 100));

        log.Append(0, largest);
        log.Append(0, "x"u8);
        log.Append(0, largest);
        log.Commit();

        Assert.Throws<ArgumentException>(() => log.Append(0, new byte[log.MaxPayloadSize + 1]));
        Assert.Throws<ArgumentException>(() => log.Append(0, []));
        Assert.Equal([largest.Length, 1, largest.Length], Lengths(log, 0));
    }

    [Fact]
    public void Truncation_keeps_everything_from_the_offset_on_also_after_opening_again()
    {
        long offset = 0;
        using (IEventLog log = Open())
        {
            for (int i = 0; i < 5_000; i++)
            {
                long appended = log.Append(0, Encoding.UTF8.GetBytes($"{i,100}"));
                offset = i == 4_000 ? appended : offset;
            }

            log.Commit();
            log.TruncateBefore(0, offset);
            Assert.InRange(log.BeginOffset(0), 1_000, offset);
        }

        using IEventLog again = Open();

        Assert.InRange(again.BeginOffset(0), 1_000, offset);
        Assert.Equal(Enumerable.Range(4_000, 1_000).Select(i => $"{i,100}"), Read(again, 0, offset));
        Assert.Equal("4999", Read(again, 0).Last().Trim());
    }

    [Fact]
    public void A_reader_that_retention_overtook_is_told_so()
    {
        using IEventLog log = Open();
        long begin = log.BeginOffset(0);
        Fill(log, 0, 20_000);
        using IEventLogReader reader = log.OpenReader(0, begin);

        log.TruncateBefore(0, log.EndOffset(0));

        string expected = $"Event log partition 0 cannot be read from offset {begin}: retention removed what was before {log.BeginOffset(0)}.";
        Assert.StartsWith(expected, Assert.Throws<EventLogException>(() => reader.TryRead(new EventLogBatch())).Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, Assert.Throws<EventLogException>(() => log.OpenReader(0, begin)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Offsets_beyond_the_end_are_refused()
    {
        using IEventLog log = Open();
        Fill(log, 0, 1);

        Assert.Throws<EventLogException>(() => log.OpenReader(0, log.EndOffset(0) + 1_000));
        Assert.Throws<EventLogException>(() => log.TruncateBefore(0, log.EndOffset(0) + 1_000));
    }

    [Fact]
    public void A_commit_of_nothing_changes_nothing()
    {
        using IEventLog log = Open();
        log.Commit();
        Fill(log, 0, 1);
        long end = log.EndOffset(0);

        log.Commit();
        log.Commit();

        Assert.Equal(end, log.EndOffset(0));
    }

    private static List<int> Lengths(IEventLog log, int partition)
    {
        using IEventLogReader reader = log.OpenReader(partition, log.BeginOffset(partition));
        var batch = new EventLogBatch();
        var lengths = new List<int>();
        while (reader.TryRead(batch))
        {
            lengths.AddRange(Enumerable.Range(0, batch.Count).Select(i => batch.Payload(i).Length));
        }

        return lengths;
    }

    protected static void Fill(IEventLog log, int partition, int count)
    {
        for (int i = 0; i < count; i++)
        {
            log.Append(partition, Encoding.UTF8.GetBytes($"{i}"));
        }

        log.Commit();
    }

    protected static List<string> Read(IEventLog log, int partition, long? offset = null)
    {
        using IEventLogReader reader = log.OpenReader(partition, offset ?? log.BeginOffset(partition));
        var batch = new EventLogBatch();
        var payloads = new List<string>();
        while (reader.TryRead(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                payloads.Add(Encoding.UTF8.GetString(batch.Payload(i)));
            }
        }

        return payloads;
    }
}
