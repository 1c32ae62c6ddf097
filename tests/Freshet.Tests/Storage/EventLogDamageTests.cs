using System.Text;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;

namespace Freshet.Tests.Storage;

/// <summary>What crashes and disks do to the files. A copy of the folder of an open log is what a kill would leave.</summary>
public sealed class EventLogDamageTests : IDisposable
{
    private static readonly EventLogOptions s_options = new()
    {
        PartitionCount = 1,
        PageSize = 4 << 10,
        SegmentSize = 16 << 10,
        MemorySize = 16 << 10,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whatever_was_flushed_but_not_acknowledged_never_shows_up()
    {
        // Entries of one size flushed beyond the commit lie where the next, larger, entry leaves the rest of its page free.
        using (FasterEventLog log = Open("live"))
        {
            Append(log, "kept", 100);
            log.Commit();
            for (int i = 0; i < 2_000; i++)
            {
                Append(log, $"phantom {i}", 40);
            }

            CopyFolder("live", "image");
        }

        using FasterEventLog image = Open("image");
        Append(image, "large", 3_990);
        Append(image, "after", 10);
        image.Commit();

        Assert.Equal(["kept", "large", "after"], Read(image));
    }

    [Fact]
    public void A_torn_commit_record_falls_back_to_the_one_before()
    {
        using (FasterEventLog log = Open("live"))
        {
            Append(log, "one", 10);
            log.Commit();
            Append(log, "two", 10);
            log.Commit();
        }

        Overwrite("live/partition-0000/commits", 20, 0xFF); // commit 2 lies in slot 0

        using FasterEventLog again = Open("live");
        Assert.Equal(["one"], Read(again));
    }

    [Fact]
    public void Two_torn_commit_records_are_refused_and_nothing_is_overwritten()
    {
        Fill();
        Overwrite("live/partition-0000/commits", 20, 0xFF);
        Overwrite("live/partition-0000/commits", 4096 + 20, 0xFF);

        var error = Assert.Throws<EventLogException>(() => Open("live"));

        Assert.StartsWith(
            $"Event log partition '{_folder.File("live/partition-0000")}' cannot be opened: neither slot of its file 'commits' holds a whole record",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_was_cut_is_refused_with_both_lengths()
    {
        Fill();
        using (FileStream file = File.OpenWrite(_folder.File("live/partition-0000/log.1")))
        {
            file.SetLength(5_000);
        }

        var error = Assert.Throws<EventLogException>(() => Open("live"));

        Assert.Contains("file 'log.1' has 5000 bytes, and 16384 were acknowledged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_is_missing_is_refused()
    {
        Fill();
        File.Delete(_folder.File("live/partition-0000/log.0"));

        var error = Assert.Throws<EventLogException>(() => Open("live"));

        Assert.Contains("file 'log.0' has 0 bytes, and 16384 were acknowledged", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x55, 1)]
    [InlineData(0x00, 300)]
    [InlineData(0x00, 4096)]
    [InlineData(0xFF, 4096)]
    public void A_payload_that_was_changed_on_disk_is_never_delivered_and_never_passed_over(byte value, int count)
    {
        Fill();
        Overwrite("live/partition-0000/log.1", 4096 + 130, value, count);

        using FasterEventLog log = Open("live");
        var batch = new EventLogBatch(1);
        using IEventLogReader reader = log.OpenReader(0, log.BeginOffset(0));
        int number = 0;
        EventLogException? error = null;
        try
        {
            while (reader.TryRead(batch))
            {
                Assert.Equal($"{number++}", Encoding.UTF8.GetString(batch.Payload(0)).TrimEnd('.'));
            }
        }
        catch (EventLogException damage)
        {
            error = damage;
        }

        Assert.NotNull(error);
        Assert.StartsWith("Event log partition 0 is damaged at offset ", error.Message, StringComparison.Ordinal);
        Assert.InRange(reader.Offset, (16 << 10) + 4096 - 120, (16 << 10) + 4096 + 130);
        Assert.Throws<EventLogException>(() => reader.TryRead(batch));
    }

    /// <summary>The newest pages are in memory after opening, where FasterLog itself checks nothing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(256 << 10)]
    public void A_payload_of_the_newest_page_that_was_changed_is_not_delivered_and_those_before_it_are(int batchSize)
    {
        Fill();
        var offsets = new List<long>();
        using (FasterEventLog whole = Open("live"))
        {
            ReadInto(whole, offsets, batchSize: 1);
        }

        long damaged = offsets[^3];
        Overwrite($"live/partition-0000/log.{damaged >> 14}", (damaged & ((16 << 10) - 1)) + 20, 0x55);
        using FasterEventLog log = Open("live");
        var read = new List<long>();

        var error = Assert.Throws<EventLogException>(() => ReadInto(log, read, batchSize));

        Assert.StartsWith($"Event log partition 0 is damaged at offset {damaged} in ", error.Message, StringComparison.Ordinal);
        Assert.Contains("its checksum is not that of its bytes. Payloads before it were read", error.Message, StringComparison.Ordinal);
        Assert.Equal(offsets[..^3], read);
    }

    [Fact]
    public void A_meta_file_that_is_damaged_is_refused()
    {
        Fill();
        Overwrite("live/meta", 12, 9);

        var error = Assert.Throws<EventLogException>(() => Open("live"));

        Assert.Equal(
            $"Event log '{_folder.File("live")}' cannot be opened: its file 'meta' is damaged (40 bytes, 40 expected, with a checksum). Nothing was " +
            "changed. Restore that file from a copy, or choose another folder.", error.Message);
    }

    [Fact]
    public void Partitions_without_a_meta_file_are_refused()
    {
        Fill();
        File.Delete(_folder.File("live/meta"));

        Assert.Contains("it has partitions but no file 'meta'", Assert.Throws<EventLogException>(() => Open("live")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_refused()
    {
        File.WriteAllText(_folder.File("live"), "not a folder");

        Assert.StartsWith(
            $"Event log '{_folder.File("live")}' cannot be opened: ", Assert.Throws<EventLogException>(() => Open("live")).Message, StringComparison.Ordinal);
    }

    private static void ReadInto(FasterEventLog log, List<long> offsets, int batchSize)
    {
        using IEventLogReader reader = log.OpenReader(0, log.BeginOffset(0));
        var batch = new EventLogBatch(batchSize);
        while (reader.TryRead(batch))
        {
            offsets.AddRange(Enumerable.Range(0, batch.Count).Select(batch.Offset));
        }
    }

    private static void Append(FasterEventLog log, string name, int length) =>
        log.Append(0, Encoding.UTF8.GetBytes(name.PadRight(length, '.')));

    private static List<string> Read(FasterEventLog log)
    {
        using IEventLogReader reader = log.OpenReader(0, log.BeginOffset(0));
        var batch = new EventLogBatch();
        var names = new List<string>();
        while (reader.TryRead(batch))
        {
            names.AddRange(Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch.Payload(i)).TrimEnd('.')));
        }

        return names;
    }

    private void Fill()
    {
        using FasterEventLog log = Open("live");
        for (int i = 0; i < 500; i++)
        {
            Append(log, $"{i}", 100);
            if (i % 100 == 0)
            {
                log.Commit();
            }
        }

        log.Commit();
    }

    private FasterEventLog Open(string name) => FasterEventLog.Open(_folder.File(name), s_options);

    private void Overwrite(string name, long offset, byte value, int count = 1)
    {
        using FileStream file = File.OpenWrite(_folder.File(name));
        file.Position = offset;
        file.Write(Enumerable.Repeat(value, count).ToArray());
    }

    private void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(_folder.File(from), "*", SearchOption.AllDirectories))
        {
            string target = file.Replace(_folder.File(from), _folder.File(to), StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) != "lock")
            {
                File.Copy(file, target);
            }
        }
    }
}
