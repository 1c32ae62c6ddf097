using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Text;
using Freshet.Core.Events;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Core.Events;

public sealed class NdjsonEventSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_become_events_in_their_order_and_malformed_ones_are_kept_aside()
    {
        string file = Write("a.ndjson", $"\uFEFF{Click("e1", 5)}\r\n\r\n   \nnot an event\n{Click("e2", 3)}\n{{}}\n{Click("e3", 4)}");
        var aside = new List<string>();

        using var source = new NdjsonEventSource(
            file, (name, number, result, line) => aside.Add($"{Path.GetFileName(name)}:{number} {result.Reason}: {Lines.Text(line)}"));

        Assert.Equal(["e1", "e2", "e3"], ReadAll(source));
        Assert.Equal(2, source.Malformed);
        Assert.Equal(["a.ndjson:4 not one JSON object: not an event", "a.ndjson:6 lacks at: {}"], aside);
    }

    [Fact]
    public void Gzip_is_known_by_its_bytes_and_not_by_its_name()
    {
        string zipped = Zip("events.ndjson", $"{Click("e1", 1)}\n{Click("e2", 2)}\n");
        string plain = Write("events.gz", $"{Click("e3", 3)}\n");

        using var source = new NdjsonEventSource([zipped, plain]);

        Assert.Equal(["e1", "e2", "e3"], ReadAll(source));
    }

    [Fact]
    public void Several_gzip_members_in_one_file_are_one_text()
    {
        string first = Zip("1.gz", $"{Click("e1", 1)}\n"), second = Zip("2.gz", $"{Click("e2", 2)}\n");
        File.WriteAllBytes(_folder.File("both.gz"), [.. File.ReadAllBytes(first), .. File.ReadAllBytes(second)]);

        using var source = new NdjsonEventSource(_folder.File("both.gz"));

        Assert.Equal(["e1", "e2"], ReadAll(source));
    }

    [Fact]
    public void Files_are_merged_by_time_and_on_a_tie_by_event_id_and_then_the_file_named_first_goes_first()
    {
        string first = Write("1", $"{Click("a1", 10)}\n{Click("a2", 20)}\n{Click("a3", 15)}\n{Click("a4", 40)}\n{Click("same", 50, request: "1")}\n");
        string second = Write("2", $"{Click("b1", 10)}\n{Click("b2", 12)}\n{Click("b3", 40)}\n{Click("same", 50, request: "2")}\n");

        using var source = new NdjsonEventSource([second, first]);

        Assert.Equal(["a1", "b1", "b2", "a2", "a3", "a4", "b3", "same", "same"], ReadAll(source));
        using var last = new NdjsonEventSource([second, first]);
        Assert.Equal("2", Lines.Text(ReadAllEvents(last)[^2].RequestId));
    }

    [Fact]
    public void Equal_arrivals_of_several_files_go_by_time_and_those_of_one_file_as_they_stand()
    {
        string first = Write("1", $"{Click("z", 9, receivedAt: 100)}\n{Click("a", 3, receivedAt: 100)}\n");
        string second = Write("2", $"{Click("m", 5, receivedAt: 100)}\n");

        using var source = new NdjsonEventSource([first, second]);

        Assert.Equal(["m", "z", "a"], ReadAll(source));
    }

    [Fact]
    public void Where_the_log_says_when_events_arrived_files_are_merged_by_that()
    {
        string first = Write("1", $"{Click("a1", 10, receivedAt: 100)}\n");
        string second = Write("2", $"{Click("b1", 50)}\n");

        using var source = new NdjsonEventSource([first, second]);

        Assert.Equal(["b1", "a1"], ReadAll(source));
    }

    [Fact]
    public void A_file_that_is_missing_empty_or_a_folder_is_named_with_the_remedy()
    {
        string missing = _folder.File("missing.ndjson"), empty = Write("empty.ndjson", ""), zippedEmpty = _folder.File("empty.gz");
        File.WriteAllBytes(zippedEmpty, Convert.FromHexString("1F8B08000000000000030300" + "0000000000000000"));

        Assert.Equal(
            $"Event file '{missing}' does not exist (looked in '{missing}'). Check the name.",
            Assert.Throws<EventFileException>(() => new NdjsonEventSource(missing)).Message);
        Assert.Equal(
            $"Event file '{empty}' is empty. Check how it was written, or leave it out.",
            Assert.Throws<EventFileException>(() => new NdjsonEventSource(empty)).Message);
        Assert.Equal(
            $"Event file '{_folder.Path}' is a folder. Name the files in it.",
            Assert.Throws<EventFileException>(() => new NdjsonEventSource(_folder.Path)).Message);
        using var source = new NdjsonEventSource(zippedEmpty);
        Assert.Equal(
            $"Event file '{zippedEmpty}' is empty. Check how it was written, or leave it out.",
            Assert.Throws<EventFileException>(() => source.TryRead(new BehaviourEvent())).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(30_000)]
    public void A_gzip_that_was_cut_off_anywhere_is_told_from_a_whole_one(int missing)
    {
        string cut = Zip("cut.gz", string.Concat(Enumerable.Range(0, 20_000).Select(i => Click($"e{i}", i) + "\n")));
        using (FileStream file = File.OpenWrite(cut))
        {
            file.SetLength(file.Length - missing);
        }

        using var source = new NdjsonEventSource(cut);

        Assert.Throws<EventFileException>(() => ReadAll(source));
        Assert.Equal(0, source.Malformed);
    }

    [Fact]
    public void What_follows_a_whole_gzip_and_is_no_gzip_is_padding()
    {
        string padded = Zip("padded.gz", Click("e1", 1) + "\n");
        File.WriteAllBytes(padded, [.. File.ReadAllBytes(padded), .. new byte[100]]);

        using var source = new NdjsonEventSource(padded);

        Assert.Equal(["e1"], ReadAll(source));
    }

    [Fact]
    public void A_gzip_that_was_cut_off_gives_its_events_then_says_where_and_then_goes_on_without_it()
    {
        string cut = Zip("cut.gz", string.Concat(Enumerable.Range(0, 20_000).Select(i => Click($"e{i}", i) + "\n")));
        using (FileStream file = File.OpenWrite(cut))
        {
            file.SetLength(file.Length / 2);
        }

        string other = Write("other", $"{Click("last", 1_000_000)}\n");
        using var source = new NdjsonEventSource([cut, other]);
        var read = new BehaviourEvent();
        int count = 0;
        var error = Assert.Throws<EventFileException>(() =>
        {
            while (source.TryRead(read))
            {
                Assert.Equal($"e{count++}", Lines.Text(read.EventId));
            }
        });

        Assert.InRange(count, 5_000, 15_000);
        Assert.Contains($"Event file '{cut}' is cut off or damaged: its gzip data cannot be unpacked beyond line {count} ", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, source.Malformed);
        Assert.Equal(["last"], ReadAll(source));
    }

    [Fact]
    public void A_line_beyond_16_MiB_is_malformed_and_the_next_one_is_read()
    {
        string file = Write("long", Click("e1", 1) + "\n" + new string('x', NdjsonEventSource.MaxLineLength + 300_000) + "\n" + Click("e2", 2));
        var aside = new List<string>();
        using var source = new NdjsonEventSource(file, (_, number, result, line) => aside.Add($"{number} {result.Reason} {line.Length}"));

        Assert.Equal(["e1", "e2"], ReadAll(source));
        Assert.Equal(["2 longer than 16 MiB 1024"], aside);
    }

    [Fact]
    public void Malformed_lines_are_kept_in_a_file_with_place_and_reason()
    {
        string file = Write("a", "{\"type\":\"x\"\n");
        File.AppendAllText(file, "{\"a\":\"\u00ff\"}\n", Encoding.Latin1);
        using (var aside = new MalformedLineFile(_folder.File("aside")))
        using (var source = new NdjsonEventSource(file, aside.Add))
        {
            Assert.Empty(ReadAll(source));
            Assert.Equal(_folder.File("aside"), aside.Complete());
        }

        Assert.Equal(
            [
                $"{{\"file\":\"{file}\",\"line\":1,\"byte\":11,\"reason\":\"not one JSON object\",\"text\":\"{{\\\"type\\\":\\\"x\\\"\"}}",
                $"{{\"file\":\"{file}\",\"line\":2,\"byte\":0,\"reason\":\"not UTF-8\",\"base64\":\"eyJhIjoi/yJ9\"}}",
            ],
            File.ReadAllLines(_folder.File("aside")));
    }

    [Fact]
    public void Malformed_lines_beyond_the_limit_of_their_file_are_counted_by_reason_and_not_written()
    {
        string file = Write("many", string.Concat(Enumerable.Range(0, 9).Select(i => $"no event {i}\n")) + "{\"at\":\"x\"}\n");
        using (var whole = new MalformedLineFile(_folder.File("whole")))
        using (var source = new NdjsonEventSource(file, whole.Add))
        {
            Assert.Empty(ReadAll(source));
            _ = whole.Complete();
        }

        string[] lines = File.ReadAllLines(_folder.File("whole"));
        long three = lines.Take(3).Sum(line => Encoding.UTF8.GetByteCount(line) + 1L);
        using var limited = new MalformedLineFile(_folder.File("limited"), three);
        using var again = new NdjsonEventSource(file, limited.Add);
        Assert.Empty(ReadAll(again));
        _ = limited.Complete();

        Assert.Equal(lines[..3], File.ReadAllLines(_folder.File("limited")));
        Assert.Equal((three, 7L), (limited.Size, limited.NotWritten));
        var seen = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using (new MalformedMetrics("limited", limited))
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == MalformedMetrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[$"{instrument.Name} {tags[0].Value}"] = value);
            listener.Start();
            listener.RecordObservableInstruments();
        }

        Assert.Equal((three, 7L), (seen["freshet.malformed.size limited"], seen["freshet.malformed.not_written limited"]));
        Assert.Equal(10, again.Malformed);
        Assert.Equal(10, limited.Reasons.Values.Sum());
        Assert.Equal(9, limited.Reasons["not one JSON object"]);
    }

    [Theory]
    [InlineData("out.ndjson")]
    [InlineData("out.ndjson.gz")]
    public void What_a_sink_wrote_a_source_reads_and_the_file_appears_only_when_complete(string name)
    {
        string path = _folder.File(name);
        using (var sink = new NdjsonEventSink(path))
        {
            for (int i = 0; i < 10_000; i++)
            {
                sink.Write(Lines.Event(Click($"e{i}", i)));
            }

            Assert.False(File.Exists(path));
            sink.Complete();
            Assert.Equal(10_000, sink.Count);
        }

        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(path)[0] == 0x1F);
        using var source = new NdjsonEventSource(path);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"e{i}"), ReadAll(source));
    }

    [Fact]
    public void A_sink_that_was_not_completed_leaves_nothing()
    {
        using (var sink = new NdjsonEventSink(_folder.File("out")))
        {
            sink.Write(Lines.Event(Lines.Click));
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_sink_in_a_missing_folder_says_so()
    {
        string path = _folder.File("no/such/out");

        string message = Assert.Throws<EventFileException>(() => new NdjsonEventSink(path)).Message;

        Assert.StartsWith($"Event file '{path}' cannot be written: ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void Reading_allocates_nothing_per_event(int files, bool saysArrival)
    {
        // Every seventh line is a straggler.
        string text = string.Concat(Enumerable.Range(0, 3_000).Select(i => Click($"e{i}", i, saysArrival ? 1_000 + i - (i % 7 == 0 ? 20 : 0) : null) + "\n"));
        using var source = new NdjsonEventSource([.. Enumerable.Range(0, files).Select(i => Write($"{i}", text))], malformed: null, arrivalWindow: 100);
        var read = new BehaviourEvent();
        for (int i = 0; i < 1_500; i++)
        {
            source.TryRead(read);
        }

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 150; i++)
            {
                source.TryRead(read);
            }
        }));
    }

    private static string Click(string id, long at, long? receivedAt = null, string request = "r") =>
        $"{{\"type\":\"click\",\"event_id\":\"{id}\",\"user_id\":\"u\",\"request_id\":\"{request}\",\"at\":{at}{(receivedAt is { } arrival ? $",\"received_at\":{arrival}" : "")}}}";

    private static List<string> ReadAll(NdjsonEventSource source) => [.. ReadAllEvents(source).Select(e => Lines.Text(e.EventId))];

    private static List<BehaviourEvent> ReadAllEvents(NdjsonEventSource source)
    {
        var events = new List<BehaviourEvent>();
        for (var read = new BehaviourEvent(); source.TryRead(read); read = new BehaviourEvent())
        {
            events.Add(read);
        }

        return events;
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    private string Zip(string name, string text)
    {
        using var stream = new GZipStream(File.Create(_folder.File(name)), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return _folder.File(name);
    }
}
