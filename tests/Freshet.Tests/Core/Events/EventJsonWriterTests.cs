using System.Buffers;
using Freshet.Core.Events;

namespace Freshet.Tests.Core.Events;

public sealed class EventJsonWriterTests
{
    [Fact]
    public void A_line_has_the_form_of_the_format_page() =>
        Assert.Equal(
            """{"type":"impression","event_id":"e1","request_id":"r1","user_id":"u1","item_id":"h9","at":1650812741436,"surface":"home","position":3,"features":{"tab":"1","category":["sing","pk"],"user_ctr_1h":0.12},"model_version":"m7","arm":"15m","scores":{"click":0.21}}""" + "\n",
            Lines.Write(Lines.Event(Lines.Impression)));

    [Fact]
    public void What_is_absent_is_not_written_and_what_is_unknown_is()
    {
        BehaviourEvent read = Lines.Event("""{"at":1,"ip":{"v":4},"type":"t","event_id":"e","user_id":"u","value":-0.5,"received_at":2,"surface":null}""");

        Assert.Equal(
            """{"type":"t","event_id":"e","user_id":"u","at":1,"received_at":2,"value":-0.5,"ip":{"v":4}}""" + "\n", Lines.Write(read));
    }

    [Fact]
    public void Control_characters_quotes_and_backslashes_are_escaped()
    {
        BehaviourEvent source = Lines.Event(Lines.Click);
        source.Set(EventText.EventId, "\"\\\n\u0001é😀");

        Assert.Contains("""
            "event_id":"\"\\\n\u0001é😀"
            """, Lines.Write(source), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 0.5)]
    [InlineData(1, double.NaN)]
    public void A_number_that_JSON_cannot_hold_is_refused_before_anything_is_written(double value, double feature)
    {
        BehaviourEvent source = Lines.Event(Lines.Click);
        source.Value = value;
        source.AddFeature("f", feature);
        var buffer = new ArrayBufferWriter<byte>();

        var error = Assert.Throws<ArgumentException>(() => EventJsonWriter.Write(source, buffer));

        Assert.StartsWith(
            "Event 'click e2 at 1650812745001 user u1 item h9' has a number that JSON cannot hold (NaN or infinite) as its value, a feature or " +
            "a score. Nothing was written. Leave such a number out.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, buffer.WrittenCount);
    }

    [Fact]
    public void Writing_allocates_nothing_in_steady_state()
    {
        BehaviourEvent source = Lines.Event(Lines.Impression);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        EventJsonWriter.Write(source, buffer);

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                buffer.ResetWrittenCount();
                EventJsonWriter.Write(source, buffer);
            }
        }));
    }
}
