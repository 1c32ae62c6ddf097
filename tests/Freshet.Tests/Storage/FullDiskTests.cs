using System.Text;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;

namespace Freshet.Tests.Storage;

public sealed class FullDiskTests
{
    private static readonly EventLogOptions s_options = new()
    {
        PartitionCount = 2,
        PageSize = 4 << 10,
        SegmentSize = 64 << 10,
        MemorySize = 16 << 10,
    };

    [Fact]
    public void A_full_disk_stops_the_writer_and_leaves_what_was_acknowledged()
    {
        using var disk = new SmallDisk(512 << 10);
        int acknowledged = 0;
        using (FasterEventLog log = FasterEventLog.Open(disk.Path, s_options))
        {
            void AppendUntilRefused()
            {
                while (acknowledged < 100_000)
                {
                    AppendFifty(log, acknowledged);
                    log.Commit();
                    acknowledged += 50;
                }
            }

            var error = Assert.Throws<EventLogException>(AppendUntilRefused);

            Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
            Assert.Contains($"Everything up to offset {log.EndOffset(0)} is durable and can be read", error.Message, StringComparison.Ordinal);
            Assert.Throws<EventLogException>(log.Commit);
            AssertHolds(log, acknowledged);
        }

        disk.Resize(2 << 20);
        using FasterEventLog again = FasterEventLog.Open(disk.Path, s_options);
        AssertHolds(again, acknowledged);
        AppendFifty(again, acknowledged);
        again.Commit();
        AssertHolds(again, acknowledged + 50);
    }

    private static void AppendFifty(FasterEventLog log, int first)
    {
        for (int i = first; i < first + 50; i++)
        {
            log.Append(0, Encoding.UTF8.GetBytes($"{i,100}"));
        }
    }

    private static void AssertHolds(FasterEventLog log, int count)
    {
        using IEventLogReader reader = log.OpenReader(0, log.BeginOffset(0));
        var batch = new EventLogBatch();
        int next = 0;
        while (reader.TryRead(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                Assert.Equal($"{next++,100}", Encoding.UTF8.GetString(batch.Payload(i)));
            }
        }

        Assert.Equal(count, next);
    }
}
