using CsCheck;
using Freshet.Core.Events;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Core.Events;

/// <summary>Lines of a file in order of <c>received_at</c>, as far as the window reaches.</summary>
public sealed class ArrivalOrderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_order_within_the_window_comes_out_sorted_by_arrival_and_equal_arrivals_as_they_stand() =>
        Gen.Select(Gen.Int[0, 40].Array[0, 60], Gen.Int[1, 70], Gen.Int[0, 9999].Array[60]).Sample((steps, window, extra) =>
        {
            // Line i can stand at most window places before one that arrived before it.
            long[] sorted = [.. steps.Order().Select(step => 1_000L + step)];
            int[] places = [.. Enumerable.Range(0, sorted.Length).OrderBy(i => i + (extra[i] % window)).ThenBy(i => i)];
            string[] lines = [.. places.Select((i, place) => Line($"{place}", sorted[i], extra[i]))];
            string[] expected = [.. places.Select((i, place) => (Arrival: sorted[i], Id: $"{place}")).OrderBy(line => line.Arrival).Select(line => line.Id)];

            Assert.Equal(expected, Read(lines, window));
        }, threads: 1);

    [Fact]
    public void A_line_that_arrived_before_one_already_taken_ends_the_reading_with_both_lines_named()
    {
        string file = Write([Line("a", 5), Line("b", 6), Line("c", 7), Line("d", 4)]);
        using var source = new NdjsonEventSource(file, malformed: null, arrivalWindow: 2);
        var read = new BehaviourEvent();
        Assert.True(source.TryRead(read));
        Assert.True(source.TryRead(read));

        string message = Assert.Throws<EventFileException>(() => source.TryRead(read)).Message;

        Assert.Equal(
            $"Event file '{file}': line 4 arrived (received_at 4) before line 2 (received_at 6), which was taken already. The file is out of order by more than " +
            "the 2 lines of 'arrival.window'. The lines up to 2 were read. Raise the window, or sort the file by received_at.",
            message);
    }

    [Fact]
    public void Without_received_at_lines_keep_their_order_and_none_is_read_ahead()
    {
        string file = Write([Line("a", null), "not an event", Line("b", null)]);
        using var source = new NdjsonEventSource(file);
        var read = new BehaviourEvent();

        Assert.True(source.TryRead(read));
        Assert.Equal(0, source.Malformed);
        Assert.True(source.TryRead(read));
        Assert.Equal(1, source.Malformed);
        Assert.False(source.TryRead(read));
    }

    [Fact]
    public void A_line_that_does_not_say_it_stays_behind_the_line_before_it_and_malformed_lines_wait_for_their_turn()
    {
        string file = Write([Line("a", 9), Line("behind-a", null), "not an event", "", Line("b", 3), Line("behind-b", null)]);
        var aside = new List<long>();
        using var source = new NdjsonEventSource(file, (_, number, _, _) => aside.Add(number));
        var ids = new List<string>();
        for (var read = new BehaviourEvent(); source.TryRead(read);)
        {
            ids.Add($"{Lines.Text(read.EventId)} {source.Malformed}");
        }

        Assert.Equal(["b 0", "behind-b 0", "a 0", "behind-a 0"], ids);
        Assert.Equal([3], aside);
    }

    [Fact]
    public void A_window_of_no_lines_takes_a_file_as_it_is() => Assert.Equal(["0", "1", "2"], Read([Line("0", 9), Line("1", 3), Line("2", 5)], 0));

    [Fact]
    public void What_was_read_ahead_of_a_file_that_is_cut_off_comes_out_before_it_is_said()
    {
        string whole = _folder.File("whole.gz");
        using (var zip = new System.IO.Compression.GZipStream(File.Create(whole), System.IO.Compression.CompressionLevel.NoCompression))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(i => Line($"{i}", 400 - i) + "\n"))));
        }

        string cut = _folder.File("cut.gz");
        File.WriteAllBytes(cut, File.ReadAllBytes(whole)[..^5_000]);
        using var source = new NdjsonEventSource(cut);
        var read = new BehaviourEvent();
        long before = 0;
        int count = 0;

        string message = Assert.Throws<EventFileException>(() =>
        {
            for (; source.TryRead(read); count++)
            {
                Assert.True(read.ReceivedAt > before);
                before = read.ReceivedAt;
            }
        }).Message;

        Assert.StartsWith($"Event file '{cut}' is cut off or damaged", message, StringComparison.Ordinal);
        Assert.InRange(count, 100, 399);
        Assert.False(source.TryRead(read));
    }

    [Fact]
    public void Arrival_is_read_from_the_bytes_as_the_event_says_it()
    {
        var reader = new ReceivedAtReader();
        foreach ((string line, long expected) in new (string, long)[]
        {
            ("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"received_at\" : 17}", 17),
            ("{\"received_at\":17,\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"received_at\":18}", 17),
            ("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"features\":{\"received_at\":17}}", BehaviourEvent.NoTime),
            ("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"features\":{\"received_at\":17},\"received_at\":18}", 18),
            ("{\"type\":\"click\",\"event_id\":\"received_at\",\"user_id\":\"u\",\"at\":1,\"received\\u005fat\":19}", 19),
            ("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"received_at\":\"17\"}", BehaviourEvent.NoTime),
            ("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"received_at\":17.0}", 17),
            ("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1}", BehaviourEvent.NoTime),
            ("", BehaviourEvent.NoTime),
        })
        {
            Assert.True(reader.Read(System.Text.Encoding.UTF8.GetBytes(line)) == expected, line);
        }
    }

    private static string Line(string id, long? receivedAt, int length = 0) =>
        $"{{\"type\":\"click\",\"event_id\":\"{id}\",\"user_id\":\"u\",\"at\":1{(receivedAt is { } at ? $",\"received_at\":{at}" : "")},\"page\":\"{new string('x', length)}\"}}";

    private string Write(string[] lines)
    {
        string file = _folder.File("log.ndjson");
        File.WriteAllLines(file, lines);
        return file;
    }

    private List<string> Read(string[] lines, int window)
    {
        if (lines.Length == 0)
        {
            return [];
        }

        using var source = new NdjsonEventSource(Write(lines), malformed: null, window);
        var ids = new List<string>();
        for (var read = new BehaviourEvent(); source.TryRead(read);)
        {
            ids.Add(Lines.Text(read.EventId));
        }

        return ids;
    }
}
