using System.Buffers;
using System.Globalization;
using System.Text;
using Freshet.Core.Events;

namespace Freshet.Tests.Core.Events;

/// <summary>Short ways to read, write and compare events in tests.</summary>
internal static class Lines
{
    public const string Click =
        """{"type":"click","event_id":"e2","request_id":"r1","user_id":"u1","item_id":"h9","at":1650812745001}""";

    public const string Impression =
        """{"type":"impression","event_id":"e1","request_id":"r1","user_id":"u1","item_id":"h9","at":1650812741436,"surface":"home","position":3,"features":{"tab":"1","category":["sing","pk"],"user_ctr_1h":0.12},"model_version":"m7","arm":"15m","scores":{"click":0.21}}""";

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    public static EventReadResult Read(string line, BehaviourEvent destination) => new EventJsonReader().Read(Utf8(line), destination);

    public static BehaviourEvent Event(string line)
    {
        var destination = new BehaviourEvent();
        Assert.Equal(EventReadStatus.Event, Read(line, destination).Status);
        return destination;
    }

    public static string Write(BehaviourEvent source)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventJsonWriter.Write(source, buffer);
        return Text(buffer.WrittenSpan);
    }

    /// <summary>Everything an event holds, as text: two events are equal where these are.</summary>
    public static string Describe(BehaviourEvent source)
    {
        var text = new StringBuilder();
        foreach (EventText field in Enum.GetValues<EventText>())
        {
            text.Append(CultureInfo.InvariantCulture, $"{field}={Text(source.Get(field))}|");
        }

        text.Append(CultureInfo.InvariantCulture, $"{source.At}|{source.ReceivedAt}|{Bits(source.Value)}|{source.Position}|");
        for (int i = 0; i < source.FeatureCount; i++)
        {
            Append(text, source.Feature(i));
        }

        for (int i = 0; i < source.ScoreCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"score {Text(source.Score(i).Name)}={Bits(source.Score(i).Number)}|");
        }

        return text.Append(Text(source.ExtraJson)).ToString();
    }

    private static void Append(StringBuilder text, FeatureView feature)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Text(feature.Name)}:{feature.Kind}:{Bits(feature.Number)}[");
        for (int i = 0; i < feature.ValueCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Text(feature.Value(i))};");
        }

        text.Append(']');
    }

    private static long Bits(double number) => BitConverter.DoubleToInt64Bits(number);
}
