using Freshet.Core.Ports;
using Freshet.Storage.EventLog;
using Freshet.Tests.Contracts;

namespace Freshet.Tests.Storage;

/// <summary>The log on a local disk, with pages small enough to turn many of them.</summary>
public sealed class FasterEventLogTests : EventLogContract, IDisposable
{
    private static readonly EventLogOptions s_options = new()
    {
        PartitionCount = 3,
        PageSize = 4 << 10,
        SegmentSize = 64 << 10,
        MemorySize = 16 << 10,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IEventLog Open() => FasterEventLog.Open(_folder.File("log"), s_options);

    [Fact]
    public void Another_partition_count_is_refused_with_both_values_and_the_remedy()
    {
        string folder = _folder.File("log");
        Open().Dispose();

        var error = Assert.Throws<EventLogException>(() => FasterEventLog.Open(folder, s_options with { PartitionCount = 4 }));

        Assert.Equal(
            $"Event log '{folder}' has 3 partitions; it was opened with 4. Nothing was changed. Open it with 3, or copy its events into a " +
            "new folder: the partition of a user follows from the count.", error.Message);
    }

    [Fact]
    public void Page_and_segment_size_are_those_that_the_folder_was_made_with()
    {
        using (IEventLog log = Open())
        {
            Fill(log, 0, 2_000);
        }

        using FasterEventLog again = FasterEventLog.Open(_folder.File("log"), new EventLogOptions { PartitionCount = 3 });

        Assert.Equal(2_000, Read(again, 0).Count);
        Assert.InRange(again.MaxPayloadSize, 1, 4 << 10);
    }

    [Fact]
    public void A_log_is_open_once_at_a_time()
    {
        using IEventLog log = Open();

        var error = Assert.Throws<EventLogException>(Open);

        Assert.Contains("its file 'lock' is held by another process, or by this one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_options_are_named_at_once()
    {
        var wrong = new EventLogOptions { PartitionCount = 0, PageSize = 5000, SegmentSize = 1024, MemorySize = 1 };

        var error = Assert.Throws<ArgumentException>(() => FasterEventLog.Open(_folder.File("log"), wrong));

        Assert.Equal(
            "Event log options: PartitionCount is 0; use 1 to 1024. PageSize is 5000; use a power of two from 4096 to 1073741824. " +
            "SegmentSize is 1024; use a power of two of at least PageSize. MemorySize is 1; use a power of two of at least two pages.",
            error.Message);
    }

    [Fact]
    public void Retention_by_size_removes_whole_old_files()
    {
        using var log = (FasterEventLog)Open();
        Fill(log, 0, 20_000);
        long end = log.EndOffset(0);

        log.ApplyRetention(new EventLogRetention { MaxPartitionSize = 100_000 }, TimeProvider.System);

        Assert.InRange(end - log.BeginOffset(0), 100_000 - (64 << 10), 100_000);
        Assert.Equal("19999", Read(log, 0)[^1]);
        Assert.Equal(0, log.BeginOffset(0) % (64 << 10));
    }

    [Fact]
    public void Retention_by_age_removes_files_that_were_last_written_before()
    {
        using var log = (FasterEventLog)Open();
        Fill(log, 0, 20_000);
        File.SetLastWriteTimeUtc(Segment(0), File.GetLastWriteTimeUtc(Segment(0)).AddHours(-3));
        File.SetLastWriteTimeUtc(Segment(2), File.GetLastWriteTimeUtc(Segment(2)).AddHours(-3));

        log.ApplyRetention(new EventLogRetention { MaxAge = TimeSpan.FromHours(2) }, TimeProvider.System);

        Assert.Equal(64 << 10, log.BeginOffset(0));
        Assert.Equal("19999", Read(log, 0)[^1]);
    }

    [Fact]
    public void Appending_and_reading_allocate_nothing_per_event_in_steady_state()
    {
        using var log = FasterEventLog.Open(_folder.File("big"), new EventLogOptions { PartitionCount = 1, PageSize = 1 << 20, MemorySize = 8 << 20 });
        byte[] payload = new byte[120];
        for (int i = 0; i < 1_000; i++)
        {
            log.Append(0, payload);
        }

        log.Commit();
        using IEventLogReader reader = log.OpenReader(0, log.BeginOffset(0));
        var batch = new EventLogBatch(4_000);
        Assert.True(reader.TryRead(batch));

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                log.Append(0, payload);
            }

            for (int i = 0; i < 10; i++)
            {
                reader.TryRead(batch);
            }
        }));
    }

    private string Segment(int number) => _folder.File($"log/partition-0000/log.{number}");
}
