using System.Globalization;
using System.Text;
using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;
using Freshet.Tests.Samples;

namespace Freshet.Tests.Storage;

/// <summary>Events of a log in the order of arrival, and positions from which a restart continues.</summary>
public sealed class EventLogSourceTests : IDisposable
{
    private static readonly EventLogOptions s_options = new()
    {
        PartitionCount = 3,
        PageSize = 4 << 10,
        SegmentSize = 64 << 10,
        MemorySize = 16 << 10,
    };

    private readonly TemporaryFolder _folder = new();
    private int _logs;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Partitions_are_merged_by_arrival_and_on_a_tie_the_lower_partition_comes_first()
    {
        using FasterEventLog log = Open("log");
        Append(log, 2, Event("c1", at: 100));
        Append(log, 2, Event("c2", at: 900, receivedAt: 150));
        Append(log, 0, Event("a1", at: 100));
        Append(log, 0, Event("a2", at: 50)); // behind a1 in its partition: it keeps its place
        Append(log, 1, Event("b1", at: 120));
        Append(log, 1, Event("b2", at: 1, receivedAt: 151));
        log.Commit();

        using var source = new EventLogSource(log);

        Assert.Equal(["a1", "a2", "c1", "b1", "c2", "b2"], Ids(source));
    }

    [Fact]
    public void A_position_after_any_number_of_events_gives_exactly_the_rest()
    {
        using FasterEventLog log = Open("log");
        Fill(log, 2_000);
        List<string> all = [];
        List<(LogPosition Position, int Count)> stops = [];
        using (var source = new EventLogSource(log))
        {
            var e = new BehaviourEvent();
            do
            {
                if (all.Count % 37 == 0)
                {
                    stops.Add((Restored(source), all.Count));
                }
            }
            while (Read(source, e, all));

            stops.Add((Restored(source), all.Count));
            Assert.Equal(20, source.Malformed);
        }

        foreach ((LogPosition position, int count) in stops)
        {
            using var rest = new EventLogSource(log);
            rest.MoveTo(position);

            Assert.Equal(count, position.Events);
            Assert.Equal(all[count..], Ids(rest));
            Assert.Equal(20, rest.Malformed);
            Assert.Equal(all.Count, rest.Position.Events);
        }
    }

    [Fact]
    public void Stopping_and_resuming_anywhere_gives_the_stream_of_one_pass() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 40].Array[0, 12], Gen.Int).Sample((partitions, steps, seed) =>
        {
            using var log = FasterEventLog.Open(_folder.File($"log{_logs++}"), s_options with { PartitionCount = partitions });
            var random = new Random(seed);
            for (int i = 0; i < 200; i++)
            {
                Append(log, random.Next(partitions), i % 17 == 3 ? "no event" : Event($"e{i}", at: random.Next(50)));
            }

            log.Commit();
            using var whole = new EventLogSource(log);
            List<string> expected = Ids(whole);
            List<string> actual = [];
            LogPosition position = LogPosition.Begin(log);
            foreach (int step in steps)
            {
                using var part = new EventLogSource(log);
                part.MoveTo(position);
                var e = new BehaviourEvent();
                for (int i = 0; i < step && Read(part, e, actual); i++)
                {
                }

                position = Restored(part);
            }

            using var rest = new EventLogSource(log);
            rest.MoveTo(position);
            actual.AddRange(Ids(rest));
            Assert.Equal(expected, actual);
            Assert.Equal(whole.Malformed, rest.Malformed);
        }, iter: 30, threads: 1);

    [Fact]
    public void Reading_stops_where_the_log_ended_when_the_source_was_made()
    {
        using FasterEventLog log = Open("log");
        Append(log, 0, Event("before", at: 1));
        log.Commit();
        using var source = new EventLogSource(log);
        Append(log, 0, Event("after", at: 2));
        Append(log, 1, Event("after too", at: 0));
        log.Commit();

        Assert.Equal(["before"], Ids(source));

        using var next = new EventLogSource(log);
        next.MoveTo(source.Position);
        Assert.Equal(["after too", "after"], Ids(next));
    }

    [Fact]
    public void A_malformed_payload_is_counted_and_told_with_its_place_and_never_stops_the_stream()
    {
        using FasterEventLog log = Open("log");
        Append(log, 1, Event("good", at: 1));
        long offset = log.Append(1, "no event"u8);
        _ = log.Append(1, "  "u8); // blank: skipped, and not malformed
        Append(log, 1, Event("better", at: 2));
        log.Commit();
        var told = new List<(int, long, string, string)>();
        using var source = new EventLogSource(log, (partition, at, result, payload) => told.Add((partition, at, result.Reason, Encoding.UTF8.GetString(payload))));

        Assert.Equal(["good", "better"], Ids(source));

        Assert.Equal([(1, offset, "not one JSON object", "no event")], told);
        Assert.Equal(1, source.Malformed);
    }

    [Fact]
    public void A_position_of_another_log_is_refused_and_the_source_stays_where_it_was()
    {
        using FasterEventLog log = Open("log"), other = Open("other");
        Fill(log, 300);
        Fill(other, 300, first: 1);
        using var source = new EventLogSource(log);
        using var stranger = new EventLogSource(other);
        List<string> read = [];
        for (int i = 0; i < 100; i++)
        {
            _ = Read(stranger, new BehaviourEvent(), []);
            _ = Read(source, new BehaviourEvent(), read);
        }

        var error = Assert.Throws<EventLogException>(() => source.MoveTo(stranger.Position));

        Assert.Contains("is not the one that the position was saved for: the position is at offset ", error.Message, StringComparison.Ordinal);
        Assert.Contains("The source stays where it was. Use the log that the position was saved for", error.Message, StringComparison.Ordinal);
        read.AddRange(Ids(source));
        using var whole = new EventLogSource(log);
        Assert.Equal(Ids(whole), read);
    }

    [Fact]
    public void A_position_with_another_number_of_partitions_is_refused_with_both()
    {
        using FasterEventLog log = Open("log");
        using var four = FasterEventLog.Open(_folder.File("four"), s_options with { PartitionCount = 4 });
        using var source = new EventLogSource(log);

        var error = Assert.Throws<EventLogException>(() => source.MoveTo(LogPosition.Begin(four)));

        Assert.Equal(
            "The position has 4 partitions, the event log 3. The source stays where it was. Use the log that the position was saved for, or start " +
            "at the beginning of this one.", error.Message);
    }

    [Fact]
    public void A_position_before_what_retention_kept_is_refused_with_both_offsets()
    {
        using FasterEventLog log = Open("log");
        LogPosition begin = LogPosition.Begin(log);
        Fill(log, 2_000);
        log.TruncateBefore(0, log.EndOffset(0));
        using var source = new EventLogSource(log);

        var error = Assert.Throws<EventLogException>(() => source.MoveTo(begin));

        Assert.StartsWith(
            $"Event log partition 0 cannot be read from offset {begin.Offset(0)}, where the position is: retention removed what was before " +
            $"{log.BeginOffset(0)}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, "has format version 2; this program reads version 1")]
    [InlineData(20, 0, "is damaged: it has 0 partitions")]
    public void A_saved_position_of_another_kind_is_refused(int place, int value, string expected)
    {
        using FasterEventLog log = Open("log");
        byte[] bytes = Bytes(LogPosition.Begin(log));
        BitConverter.TryWriteBytes(bytes.AsSpan(place), value);

        using var reader = new BinaryReader(new MemoryStream(bytes));
        var error = Assert.Throws<EventLogException>(() => LogPosition.Restore(reader));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_told_every_time_and_what_came_before_was_delivered()
    {
        using (FasterEventLog log = Open("log"))
        {
            Fill(log, 2_000);
        }

        using (FileStream file = File.OpenWrite(_folder.File("log/partition-0001/log.0")))
        {
            file.Position = 20_000;
            file.Write(new byte[300]);
        }

        using FasterEventLog damaged = Open("log");
        using var source = new EventLogSource(damaged);
        var delivered = new List<string>();
        void ReadOn() => ReadAll(source, delivered);

        Assert.Throws<EventLogException>(ReadOn);
        long offset = source.Position.Offset(1);
        int count = delivered.Count;
        Assert.Throws<EventLogException>(ReadOn);

        Assert.InRange(offset, 16_000, 20_300);
        Assert.Equal((offset, count), (source.Position.Offset(1), delivered.Count));
        Assert.InRange(count, 100, 1_999);
        Assert.Equal(delivered.Distinct().Count(), count);
    }

    [Fact]
    public void What_a_sink_appends_reads_back_equal_in_the_partition_of_the_user()
    {
        using FasterEventLog log = Open("log");
        var sink = new EventLogSink(log);
        using (var drawn = new DrawnEvents(3, 500))
        {
            var e = new BehaviourEvent();
            for (int i = 0; drawn.TryRead(e); i++)
            {
                e.ReceivedAt = 1_651_363_200_000 + i;
                sink.Write(e);
            }
        }

        sink.Commit();

        Assert.Equal(500, sink.Count);
        using var source = new EventLogSource(log);
        using var expected = new DrawnEvents(3, 500);
        BehaviourEvent left = new(), right = new();
        while (expected.TryRead(left))
        {
            Assert.True(source.TryRead(right));
            Assert.Equal(left.ToString(), right.ToString());
        }

        Assert.False(source.TryRead(right));
    }

    [Fact]
    public void An_event_longer_than_a_payload_is_refused_with_both_lengths()
    {
        using FasterEventLog log = Open("log");
        var sink = new EventLogSink(log);
        var e = new BehaviourEvent { At = 1 };
        e.Set(EventText.Type, "song_play");
        e.Set(EventText.EventId, new string('x', 5_000));
        e.Set(EventText.UserId, "u");

        var error = Assert.Throws<EventLogException>(() => sink.Write(e));

        Assert.Contains($"a payload of this event log has at most {log.MaxPayloadSize}. It was not appended", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, sink.Count);
    }

    [Fact]
    public void Reading_allocates_nothing_per_event()
    {
        using FasterEventLog log = FasterEventLog.Open(_folder.File("large"), s_options with { PageSize = 1 << 20, SegmentSize = 1 << 20, MemorySize = 4 << 20 });
        Fill(log, 20_000);
        using var source = new EventLogSource(log);
        var e = new BehaviourEvent();

        long bytes = Allocation.Of(() =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                _ = source.TryRead(e);
            }
        });

        Assert.InRange(bytes, 0, 2_000); // opening a page of the log may cost something, an event nothing
    }

    private FasterEventLog Open(string name) => FasterEventLog.Open(_folder.File(name), s_options);

    private static string Event(string id, long at, long? receivedAt = null) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"type":"song_play","event_id":"{{id}}","user_id":"u","at":{{at}}{{(receivedAt is { } time ? $",\"received_at\":{time}" : "")}}}""");

    private static void Append(FasterEventLog log, int partition, string payload) => log.Append(partition, Encoding.UTF8.GetBytes(payload));

    /// <summary>Events dealt to partitions by a seed; the arrivals of a partition go up and down a little. One in a hundred is malformed.</summary>
    private static void Fill(FasterEventLog log, int count, int first = 0)
    {
        var random = new Random(5);
        for (int i = first; i < first + count; i++)
        {
            Append(log, random.Next(3), i % 100 == 50 ? "{" : Event($"e{i}", at: (10 * i) + random.Next(40)));
        }

        log.Commit();
    }

    private static bool Read(EventLogSource source, BehaviourEvent e, List<string> ids)
    {
        if (!source.TryRead(e))
        {
            return false;
        }

        ids.Add(Encoding.UTF8.GetString(e.EventId));
        return true;
    }

    private static List<string> Ids(EventLogSource source)
    {
        List<string> ids = [];
        ReadAll(source, ids);
        return ids;
    }

    /// <summary>Reads to the end into <paramref name="ids"/>, which also has what came before an exception.</summary>
    private static void ReadAll(EventLogSource source, List<string> ids)
    {
        var e = new BehaviourEvent();
        while (Read(source, e, ids))
        {
        }
    }

    private static LogPosition Restored(EventLogSource source)
    {
        using var reader = new BinaryReader(new MemoryStream(Bytes(source.Position)));
        return LogPosition.Restore(reader);
    }

    private static byte[] Bytes(LogPosition position)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        position.Save(writer);
        return bytes.ToArray();
    }
}
