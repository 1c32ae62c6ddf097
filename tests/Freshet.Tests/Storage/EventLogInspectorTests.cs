using System.Text;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;
using Freshet.Storage.EventLog.Inspection;

namespace Freshet.Tests.Storage;

/// <summary>What is in a log, and what is damaged; a log is inspected as its writer left it.</summary>
public sealed class EventLogInspectorTests : IDisposable
{
    private static readonly EventLogOptions s_options = new()
    {
        PartitionCount = 2,
        PageSize = 4 << 10,
        SegmentSize = 16 << 10,
        MemorySize = 16 << 10,
    };

    private readonly TemporaryFolder _folder = new();

    private string Log => _folder.File("log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_log_is_counted_by_partition_and_by_type()
    {
        using (FasterEventLog log = FasterEventLog.Open(Log, s_options))
        {
            Append(log, 0, """{"type":"click","event_id":"a","user_id":"u","item_id":"i","at":2000,"received_at":9000}""");
            Append(log, 0, """{"type":"click","event_id":"b","user_id":"u","item_id":"i","at":1000}""");
            Append(log, 0, "no event");
            Append(log, 1, """{"type":"watch","event_id":"c","user_id":"v","item_id":"i","at":5000}""");
            log.Commit();
        }

        EventLogReport report = EventLogInspector.Inspect(Log);

        Assert.Equal((4, 3, 1), (report.Records, report.Events, report.Malformed));
        Assert.Equal([new EventTypeCount("click", 2), new EventTypeCount("watch", 1)], report.Types);
        PartitionReport first = report.Partitions[0];
        Assert.Equal((1000L, 2000L, 1000L, 9000L), (first.FirstAt, first.LastAt, first.FirstArrival, first.LastArrival));
        Assert.Equal((3, 1, 0), (first.Records, first.Malformed, first.UnacknowledgedBytes));
        Assert.Equal("not one JSON object", Assert.Single(report.MalformedPayloads).Reason);
        Assert.Empty(report.Damage);
    }

    [Fact]
    public void Of_many_malformed_payloads_the_first_are_named()
    {
        using (FasterEventLog log = FasterEventLog.Open(Log, s_options))
        {
            for (int i = 0; i < 50; i++)
            {
                Append(log, i % 2, "{");
            }

            log.Commit();
        }

        EventLogReport report = EventLogInspector.Inspect(Log);

        Assert.Equal((50, 20), (report.Malformed, report.MalformedPayloads.Count));
    }

    [Fact]
    public void What_a_killed_writer_did_not_commit_is_shown_and_is_not_damage()
    {
        string image = _folder.File("image");
        using (FasterEventLog log = FasterEventLog.Open(Log, s_options))
        {
            Fill(log, 100);
            log.Commit();
            Fill(log, 1_000);
            Copy(Log, image);
        }

        EventLogReport report = EventLogInspector.Inspect(image);

        Assert.Equal(100, report.Records);
        Assert.True(report.Partitions.Sum(partition => partition.UnacknowledgedBytes) > 10_000);
        Assert.Empty(report.Damage);
    }

    [Fact]
    public void A_changed_byte_is_damage_with_its_place_and_the_rest_of_the_log_is_read()
    {
        Make();
        Overwrite("partition-0000/log.0", 8_000, [0x55, 0x55]);

        EventLogReport report = EventLogInspector.Inspect(Log);

        EventLogDamage damage = Assert.Single(report.Damage);
        Assert.Equal((0, "unreadable"), (damage.Partition, damage.Kind));
        Assert.InRange(damage.Offset!.Value, 7_000, 8_000);
        Assert.StartsWith("Event log partition 0 is damaged at offset ", damage.What, StringComparison.Ordinal);
        Assert.Contains("Restore the folder from a copy.", damage.What, StringComparison.Ordinal);
        Assert.InRange(report.Partitions[0].Records, 1, 499);
        Assert.Equal(500, report.Partitions[1].Records);
    }

    [Fact]
    public void A_torn_commit_is_damage_that_says_what_counts()
    {
        Make();
        Overwrite("partition-0001/commits", 20, [0xFF]);

        EventLogReport report = EventLogInspector.Inspect(Log);

        EventLogDamage damage = Assert.Single(report.Damage);
        Assert.Equal((1, "torn_commit"), (damage.Partition, damage.Kind));
        Assert.Contains($"everything before offset {report.Partitions[1].EndOffset} is there", damage.What, StringComparison.Ordinal);
        Assert.Contains("After a loss of power nothing acknowledged is missing", damage.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_was_cut_makes_its_partition_unusable_and_the_others_are_read()
    {
        Make();
        using (FileStream file = File.OpenWrite(Path.Combine(Log, "partition-0000", "log.1")))
        {
            file.SetLength(100);
        }

        EventLogReport report = EventLogInspector.Inspect(Log);

        EventLogDamage damage = Assert.Single(report.Damage);
        Assert.Equal("unusable", damage.Kind);
        Assert.Contains("file 'log.1' has 100 bytes, and", damage.What, StringComparison.Ordinal);
        Assert.Equal((0, 500), (report.Partitions[0].Records, report.Partitions[1].Records));
    }

    [Fact]
    public void A_partition_that_is_missing_is_damage_and_the_log_is_not_opened_without_it()
    {
        Make();
        Directory.Delete(Path.Combine(Log, "partition-0001"), recursive: true);

        EventLogReport report = EventLogInspector.Inspect(Log);
        var error = Assert.Throws<EventLogException>(() => FasterEventLog.OpenExisting(Log));

        Assert.Equal((1, "unusable"), (Assert.Single(report.Damage).Partition, report.Damage[0].Kind));
        Assert.Contains("its folder 'partition-0001' is missing, and others hold events.", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Log, "partition-0001")));
    }

    [Fact]
    public void Inspecting_changes_no_file()
    {
        Make();
        Dictionary<string, string> before = Files();

        _ = EventLogInspector.Inspect(Log);

        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_folder_without_a_log_is_refused()
    {
        var error = Assert.Throws<EventLogException>(() => EventLogInspector.Inspect(_folder.File("none")));

        Assert.Equal(
            $"Event log '{_folder.File("none")}' cannot be opened: it has no file 'meta', so it is not the folder of an event log. Nothing was changed. " +
            "Name the folder that holds that file.", error.Message);
        Assert.False(Directory.Exists(_folder.File("none")));
    }

    [Fact]
    public void A_log_that_is_open_is_not_inspected()
    {
        using FasterEventLog log = FasterEventLog.Open(Log, s_options);

        Assert.Contains("is held by another process, or by this one", Assert.Throws<EventLogException>(() => EventLogInspector.Inspect(Log)).Message, StringComparison.Ordinal);
    }

    private static void Append(FasterEventLog log, int partition, string payload) => log.Append(partition, Encoding.UTF8.GetBytes(payload));

    private static void Fill(FasterEventLog log, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Append(log, i % 2, $$"""{"type":"click","event_id":"e{{i}}","user_id":"u","item_id":"i","at":{{1000 + i}}}""");
        }
    }

    private void Make()
    {
        using FasterEventLog log = FasterEventLog.Open(Log, s_options);
        Fill(log, 500);
        log.Commit();
        Fill(log, 500);
        log.Commit();
    }

    private void Overwrite(string name, long offset, byte[] bytes)
    {
        using FileStream file = File.OpenWrite(Path.Combine(Log, name));
        file.Position = offset;
        file.Write(bytes);
    }

    private Dictionary<string, string> Files() => Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexString(System.IO.Hashing.XxHash3.Hash(File.ReadAllBytes(path))));

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            string target = file.Replace(from, to, StringComparison.Ordinal);
            _ = Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
