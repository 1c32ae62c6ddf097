using System.Buffers;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Freshet.Core.Events;

namespace Freshet.Benchmarks;

/// <summary>
/// Lines to events and back, in ns per event: MB/s = bytes ÷ ns × 1,000. Behaviours of 120 B and impressions of 1.5 kB are
/// what a live platform sends; the goal is 250 MB/s on one core. The baseline only tells tokens apart.
/// </summary>
[MemoryDiagnoser]
public class EventJsonBenchmarks
{
    private const int Events = 2_000;
    private readonly BehaviourEvent _event = new();
    private readonly EventJsonReader _reader = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private byte[][] _lines = [];

    /// <summary>Bytes of a line.</summary>
    [Params(120, 1_500)]
    public int Size { get; set; }

    /// <summary>Makes the lines.</summary>
    [GlobalSetup]
    public void Setup() => _lines = [.. Enumerable.Range(0, Events).Select(i => EventLines.Make(i, Size))];

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public int Utf8JsonReaderTokens()
    {
        int tokens = 0;
        foreach (byte[] line in _lines)
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Read()
    {
        int events = 0;
        foreach (byte[] line in _lines)
        {
            events += _reader.Read(line, _event).IsEvent ? 1 : 0;
        }

        return events;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int ReadAndWrite()
    {
        int bytes = 0;
        foreach (byte[] line in _lines)
        {
            _reader.Read(line, _event);
            _buffer.ResetWrittenCount();
            EventJsonWriter.Write(_event, _buffer);
            bytes += _buffer.WrittenCount;
        }

        return bytes;
    }
}

/// <summary>Lines of a given size: behaviours below 300 bytes, impressions with features above.</summary>
internal static class EventLines
{
    public static byte[] Make(int number, int size)
    {
        string type = size < 300 ? "click" : "impression";
        var line = new StringBuilder(
            $"{{\"type\":\"{type}\",\"event_id\":\"e{number:D8}\",\"request_id\":\"r{number / 9:D8}\",\"user_id\":\"u{number % 99_991:D6}\"," +
            $"\"item_id\":\"h{number % 7_777:D4}\",\"at\":{1_650_812_745_001 + number}");
        if (size < 300)
        {
            return Encoding.UTF8.GetBytes(line.Append('}').ToString());
        }

        line.Append(",\"surface\":\"home\",\"position\":3,\"features\":{\"tab\":\"1\",\"category\":[\"sing\",\"pk\",\"talk\"]");
        var random = new Random(number);
        for (int i = 0; line.Length < size - 140; i++)
        {
            line.Append(i % 3 == 0 ? $",\"slot_{i}\":\"v{random.Next(100_000)}\"" : $",\"rate_{i}_1h\":{random.NextDouble():0.######}");
        }

        line.Append("},\"model_version\":\"0000000012-20220424T150541\",\"arm\":\"15m\",\"scores\":{\"click\":0.2131,\"watch30\":0.0871}}");
        return Encoding.UTF8.GetBytes(line.ToString());
    }
}
