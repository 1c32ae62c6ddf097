using System.Text;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;
using Freshet.Tests.Samples;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Faults;

/// <summary>Faults of an event log, as those meet them who write and read it: what was acknowledged is delivered, once.</summary>
public sealed class EventLogFaultTests : IDisposable
{
    private const int Events = 400;
    private readonly TemporaryFolder _folder = new();
    private readonly FasterEventLog _whole;

    public EventLogFaultTests() => _whole = FasterEventLog.Open(
        _folder.File("log"), new EventLogOptions { PartitionCount = 3, PageSize = 4 << 10, SegmentSize = 64 << 10, MemorySize = 16 << 10 });

    public void Dispose()
    {
        _whole.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_full_disk_stops_the_sink_and_what_it_committed_is_read(int seed)
    {
        using var log = new FaultyEventLog(_whole, seed) { Fault = Fault.FullDisk };
        var sink = new EventLogSink(log);
        List<string> committed = [], written = [];

        var error = Assert.Throws<EventLogException>(() => Write(sink, written, committed));

        Assert.Contains("No space left on device. Everything up to offset ", error.Message, StringComparison.Ordinal);
        Assert.True(committed.Count > 0 && written.Count < Events);
        using var source = new EventLogSource(_whole);
        Assert.Equal(committed.Order(), Ids(source).Order());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Torn_payloads_are_counted_with_their_places_and_the_others_are_delivered(int seed)
    {
        using var log = new FaultyEventLog(_whole, seed) { Fault = Fault.TornWrite };
        Write(new EventLogSink(log), [], []);
        var places = new HashSet<(int, long)>();
        using var source = new EventLogSource(_whole, (partition, offset, _, _) => places.Add((partition, offset)));

        List<string> read = Ids(source);

        Assert.True(log.Count > 0);
        Assert.Equal((log.Count, log.Count, Events - log.Count), ((int)source.Malformed, places.Count, read.Count));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Reads_that_break_off_lose_nothing_and_repeat_nothing(int seed)
    {
        List<string> expected = Fill();
        using var log = new FaultyEventLog(_whole, seed) { Fault = Fault.HalfRead };
        using var source = new EventLogSource(log);
        var e = new BehaviourEvent();
        List<string> read = [];
        int broken = 0;
        while (true)
        {
            try
            {
                if (!source.TryRead(e))
                {
                    break;
                }

                read.Add(Encoding.UTF8.GetString(e.EventId));
            }
            catch (EventLogException error)
            {
                Assert.Contains("Read again from there.", error.Message, StringComparison.Ordinal);
                broken++;
                Assert.Equal(read.Count, source.Position.Events);
            }
        }

        Assert.True(broken > 0);
        Assert.Equal(expected, read);
    }

    /// <summary>As a process does it: the position of the last event that was taken is saved, and a new source begins there.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_restart_after_each_break_gives_the_stream_of_one_pass(int seed)
    {
        List<string> expected = Fill();
        using var log = new FaultyEventLog(_whole, seed) { Fault = Fault.HalfRead };
        LogPosition position = LogPosition.Begin(log);
        List<string> read = [];
        bool ended = false;
        for (int attempts = 0; !ended; attempts++)
        {
            Assert.InRange(attempts, 0, Events);
            using var source = new EventLogSource(log);
            try
            {
                source.MoveTo(position);
                var e = new BehaviourEvent();
                while (source.TryRead(e))
                {
                    read.Add(Encoding.UTF8.GetString(e.EventId));
                    position = source.Position;
                }

                ended = true;
            }
            catch (EventLogException)
            {
                // The process ends here, and starts again.
            }
        }

        Assert.Equal(expected, read);
    }

    [Fact]
    public void A_slow_log_gives_the_same_stream()
    {
        List<string> expected = Fill();
        using var log = new FaultyEventLog(_whole, seed: 1) { Fault = Fault.Slow };
        using var source = new EventLogSource(log);

        Assert.Equal(expected, Ids(source));
    }

    [Fact]
    public void A_log_that_is_gone_is_said_and_reading_continues_when_it_is_back()
    {
        List<string> expected = Fill();
        using var log = new FaultyEventLog(_whole, seed: 1) { Fault = Fault.Slow };
        using var source = new EventLogSource(log);
        var e = new BehaviourEvent();
        List<string> read = [];
        void ReadOn()
        {
            while (source.TryRead(e))
            {
                read.Add(Encoding.UTF8.GetString(e.EventId));
                log.Fault = read.Count == 10 ? Fault.Gone : log.Fault;
            }
        }

        Assert.Contains("cannot be reached: Connection refused.", Assert.Throws<EventLogException>(ReadOn).Message, StringComparison.Ordinal);
        Assert.Throws<EventLogException>(() => new EventLogSource(log));
        Assert.Throws<EventLogException>(() => new EventLogSink(log).Commit());
        log.Fault = Fault.None;
        ReadOn();

        Assert.Equal(expected, read);
    }

    private List<string> Fill()
    {
        Write(new EventLogSink(_whole), [], []);
        using var source = new EventLogSource(_whole);
        return Ids(source);
    }

    /// <summary>Writes drawn events and commits after every tenth; the lists have what was written and what was committed.</summary>
    private static void Write(EventLogSink sink, List<string> written, List<string> committed)
    {
        using var drawn = new DrawnEvents(3, Events);
        var e = new BehaviourEvent();
        while (drawn.TryRead(e))
        {
            sink.Write(e);
            written.Add(Encoding.UTF8.GetString(e.EventId));
            if (written.Count % 10 == 0)
            {
                sink.Commit();
                committed.Clear();
                committed.AddRange(written);
            }
        }
    }

    private static List<string> Ids(EventLogSource source)
    {
        var e = new BehaviourEvent();
        List<string> ids = [];
        while (source.TryRead(e))
        {
            ids.Add(Encoding.UTF8.GetString(e.EventId));
        }

        return ids;
    }
}
