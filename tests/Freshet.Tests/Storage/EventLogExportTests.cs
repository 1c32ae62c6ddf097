using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;
using Freshet.Tests.Samples;

namespace Freshet.Tests.Storage;

/// <summary>A log made of a stream appears whole or not at all.</summary>
public sealed class EventLogExportTests : IDisposable
{
    private static readonly EventLogOptions s_options = new()
    {
        PartitionCount = 2,
        PageSize = 4 << 10,
        SegmentSize = 64 << 10,
        MemorySize = 16 << 10,
    };

    private readonly TemporaryFolder _folder = new();

    private string Log => _folder.File("log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_appears_when_it_is_complete_and_holds_every_event()
    {
        using (var export = new EventLogExport(Log, s_options))
        {
            Write(export, 300);
            Assert.False(Directory.Exists(Log));
            export.Complete();
        }

        using FasterEventLog log = FasterEventLog.OpenExisting(Log);
        using var source = new EventLogSource(log);
        var e = new BehaviourEvent();
        int count = 0;
        while (source.TryRead(e))
        {
            count++;
        }

        Assert.Equal(300, count);
        Assert.Equal([Log], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Without_completion_nothing_remains()
    {
        using (var export = new EventLogExport(Log, s_options))
        {
            Write(export, 300);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_a_killed_export_left_is_replaced()
    {
        FasterEventLog.Open(Log + ".partial", s_options with { PartitionCount = 7 }).Dispose();

        using (var export = new EventLogExport(Log, s_options))
        {
            Write(export, 10);
            export.Complete();
        }

        using FasterEventLog log = FasterEventLog.OpenExisting(Log);
        Assert.Equal(2, log.PartitionCount);
    }

    [Fact]
    public void A_folder_that_holds_a_log_is_refused_and_stays_as_it_was()
    {
        FasterEventLog.Open(Log, s_options).Dispose();

        var error = Assert.Throws<EventLogException>(() => new EventLogExport(Log, s_options));

        Assert.Equal(
            $"Event log '{Log}' cannot be made: an event log is there already. Nothing was changed. Name a folder that is missing or empty.", error.Message);
        Assert.True(FasterEventLog.IsLog(Log));
    }

    [Fact]
    public void A_folder_that_holds_something_else_is_refused_also_where_it_is_written_first()
    {
        _ = Directory.CreateDirectory(Log);
        File.WriteAllText(Path.Combine(Log, "thesis.txt"), "x");
        _ = Directory.CreateDirectory(_folder.File("other.partial"));
        File.WriteAllText(_folder.File("other.partial/thesis.txt"), "x");

        Assert.Contains("something else is there already", Assert.Throws<EventLogException>(() => new EventLogExport(Log, s_options)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "where it is written first, holds something else", Assert.Throws<EventLogException>(() => new EventLogExport(_folder.File("other"), s_options)).Message,
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Log, "thesis.txt")) && File.Exists(_folder.File("other.partial/thesis.txt")));
    }

    [Fact]
    public void A_full_disk_is_said_and_nothing_remains()
    {
        using var disk = new SmallDisk(256 << 10);
        string folder = Path.Combine(disk.Path, "log");

        using (var export = new EventLogExport(folder, s_options))
        {
            var error = Assert.Throws<EventLogException>(() =>
            {
                Write(export, 20_000);
                export.Complete();
            });

            Assert.StartsWith($"Event log '{folder}' cannot be written: ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("No such folder was left. Free space or choose another folder.", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    private static void Write(EventLogExport export, int count)
    {
        using var drawn = new DrawnEvents(3, count);
        var e = new BehaviourEvent();
        while (drawn.TryRead(e))
        {
            export.Write(e);
        }
    }
}
