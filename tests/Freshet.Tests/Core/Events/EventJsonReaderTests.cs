using System.Text;
using Freshet.Core.Events;

namespace Freshet.Tests.Core.Events;

public sealed class EventJsonReaderTests
{
    private const string Ids = "\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1";

    [Fact]
    public void An_impression_brings_its_ids_times_features_and_scores()
    {
        BehaviourEvent read = Lines.Event(Lines.Impression);

        Assert.Equal("impression", Lines.Text(read.Type));
        Assert.Equal("e1", Lines.Text(read.EventId));
        Assert.Equal("r1", Lines.Text(read.RequestId));
        Assert.Equal("u1", Lines.Text(read.UserId));
        Assert.Equal("h9", Lines.Text(read.ItemId));
        Assert.Equal(1650812741436, read.At);
        Assert.Equal("home", Lines.Text(read.Surface));
        Assert.Equal(3, read.Position);
        Assert.True(read.TryGetFeature("category"u8, out FeatureView category));
        Assert.Equal(FeatureKind.TextList, category.Kind);
        Assert.Equal("pk", Lines.Text(category.Value(1)));
        Assert.True(read.TryGetFeature("user_ctr_1h"u8, out FeatureView rate));
        Assert.Equal(0.12, rate.Number);
        Assert.Equal("m7", Lines.Text(read.Get(EventText.ModelVersion)));
        Assert.Equal(0.21, read.Score(0).Number);
        Assert.True(read.ExtraJson.IsEmpty);
    }

    [Theory]
    [InlineData("hello", EventReadStatus.NotJsonObject)]
    [InlineData("[]", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids, EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + "} {}", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + ",}", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + ",\"x\":NaN}", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + ",\"x\":01}", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + ",\"x\":\"a\tb\"}", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + ",\"x\":\"\\q\"}", EventReadStatus.NotJsonObject)]
    [InlineData("{" + Ids + ",\"x\":{\"a\" 1}}", EventReadStatus.NotJsonObject)]
    [InlineData("{}", EventReadStatus.NoTime)]
    [InlineData("{\"at\":1}", EventReadStatus.NoType)]
    [InlineData("{\"at\":1,\"type\":7}", EventReadStatus.NoType)]
    [InlineData("{\"at\":1,\"type\":\"click\"}", EventReadStatus.NoEventId)]
    [InlineData("{\"at\":1,\"type\":\"click\",\"event_id\":\"e\"}", EventReadStatus.NoUserId)]
    [InlineData("{\"at\":1,\"type\":\"click\",\"event_id\":\"e\",\"user_id\":null}", EventReadStatus.NoUserId)]
    [InlineData("{\"at\":1,\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"\"}", EventReadStatus.NoUserId)]
    [InlineData("{\"at\":1,\"type\":\"click\",\"event_id\":5,\"user_id\":\"u\"}", EventReadStatus.IdNotString)]
    [InlineData("{" + Ids + ",\"request_id\":5}", EventReadStatus.IdNotString)]
    [InlineData("{" + Ids + ",\"item_id\":[]}", EventReadStatus.IdNotString)]
    [InlineData("{\"at\":1,\"type\":\"impression\",\"event_id\":\"e\",\"user_id\":\"u\",\"item_id\":\"i\"}", EventReadStatus.NoRequestId)]
    [InlineData("{\"at\":1,\"type\":\"impression\",\"event_id\":\"e\",\"user_id\":\"u\",\"request_id\":\"r\"}", EventReadStatus.NoItemId)]
    [InlineData("{\"at\":1,\"type\":\"item_status\",\"event_id\":\"e\",\"user_id\":\"u\"}", EventReadStatus.NoItemId)]
    [InlineData("{\"at\":1,\"type\":\"profile\",\"event_id\":\"e\"}", EventReadStatus.NoProfileId)]
    [InlineData("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":\"1\"}", EventReadStatus.TimeOutOfRange)]
    [InlineData("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1.5}", EventReadStatus.TimeOutOfRange)]
    [InlineData("{\"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1650812741436000}", EventReadStatus.TimeOutOfRange)]
    [InlineData("{" + Ids + ",\"value\":\"61.8\"}", EventReadStatus.ValueNotNumber)]
    [InlineData("{" + Ids + ",\"value\":true}", EventReadStatus.ValueNotNumber)]
    [InlineData("{" + Ids + ",\"value\":1e999}", EventReadStatus.ValueNotNumber)]
    public void A_malformed_line_has_its_reason_and_leaves_an_empty_event(string line, EventReadStatus expected)
    {
        var destination = new BehaviourEvent();

        EventReadResult result = Lines.Read(line, destination);

        Assert.Equal(expected, result.Status);
        Assert.True(result.IsMalformed);
        Assert.Equal(Lines.Describe(new BehaviourEvent()), Lines.Describe(destination));
    }

    [Theory]
    [InlineData("{\"at\":1,\"type\":\"item_status\",\"event_id\":\"e\",\"item_id\":\"i\"}")]
    [InlineData("{\"at\":1,\"type\":\"profile\",\"event_id\":\"e\",\"item_id\":\"i\"}")]
    [InlineData("{\"at\":1,\"type\":\"profile\",\"event_id\":\"e\",\"user_id\":\"i\"}")]
    [InlineData("{" + Ids + "}")]
    [InlineData("  {" + Ids + "}\r\n")]
    [InlineData("\uFEFF{" + Ids + "}")]
    [InlineData("{\t\"at\" : -1 , \"type\":\"click\",\"event_id\":\"e\",\"user_id\":\"u\"}")]
    [InlineData("{" + Ids + ",\"value\":null}")]
    public void Each_type_needs_only_its_own_ids(string line) =>
        Assert.Equal(EventReadStatus.Event, Lines.Read(line, new BehaviourEvent()).Status);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(" \t\r\n")]
    [InlineData("\uFEFF")]
    public void A_blank_line_is_skipped_and_not_malformed(string line)
    {
        EventReadResult result = Lines.Read(line, new BehaviourEvent());

        Assert.Equal(EventReadStatus.Blank, result.Status);
        Assert.False(result.IsMalformed);
    }

    [Fact]
    public void A_fault_is_placed_by_its_byte()
    {
        EventReadResult result = Lines.Read("{\"type\":\"click\",\"event_id\":oops}", new BehaviourEvent());

        Assert.Equal(new EventReadResult(EventReadStatus.IdNotString, 27), result);
        Assert.Equal("an id is no string", result.Reason);
    }

    [Fact]
    public void Every_status_has_a_reason()
    {
        foreach (EventReadStatus status in Enum.GetValues<EventReadStatus>())
        {
            Assert.NotEmpty(new EventReadResult(status, 0).Reason);
        }
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_malformed()
    {
        byte[] line = [.. Lines.Utf8("{" + Ids + ",\"x\":\""), 0xC3, 0x28, .. Lines.Utf8("\"}")];

        Assert.Equal(EventReadStatus.NotUtf8, new EventJsonReader().Read(line, new BehaviourEvent()).Status);
    }

    [Fact]
    public void Escapes_and_surrogates_are_resolved_also_in_names()
    {
        BehaviourEvent read = Lines.Event(
            """{"type":"click","event\u005fid":"a\"\\\/\b\f\n\r\t\u00e9","user_id":"\ud83d\ude00","item_id":"\ud83d!","at":1}""");

        Assert.Equal("a\"\\/\b\f\n\r\té", Lines.Text(read.EventId));
        Assert.Equal("😀", Lines.Text(read.UserId));
        Assert.Equal("\uFFFD!", Lines.Text(read.ItemId));
    }

    [Fact]
    public void Unknown_members_are_kept_as_they_were()
    {
        BehaviourEvent read = Lines.Event("{" + Ids + ",\"ip\" : { \"v\": [1, {\"x\":null}] },\"n\":1.50,\"ab\":\"\\u00e9\"}");

        Assert.Equal("\"ip\" : { \"v\": [1, {\"x\":null}] },\"n\":1.50,\"ab\":\"\\u00e9\"", Lines.Text(read.ExtraJson));
    }

    [Theory]
    [InlineData("\"position\":\"3\"")]
    [InlineData("\"position\":-2")]
    [InlineData("\"received_at\":\"now\"")]
    [InlineData("\"features\":\"none\"")]
    [InlineData("\"scores\":[0.5]")]
    [InlineData("\"surface\":{\"page\":1}")]
    public void An_optional_member_of_another_kind_is_kept_as_unknown(string member)
    {
        BehaviourEvent read = Lines.Event("{" + Ids + "," + member + "}");

        Assert.Equal(member, Lines.Text(read.ExtraJson));
        Assert.Equal(BehaviourEvent.NoPosition, read.Position);
        Assert.Equal(0, read.FeatureCount);
    }

    [Fact]
    public void Of_members_with_one_name_the_first_counts()
    {
        BehaviourEvent read = Lines.Event("{" + Ids + ",\"at\":2,\"user_id\":7,\"value\":1,\"value\":\"x\"}");

        Assert.Equal(1, read.At);
        Assert.Equal("u", Lines.Text(read.UserId));
        Assert.Equal(1.0, read.Value);
        Assert.True(read.ExtraJson.IsEmpty);
    }

    [Theory]
    [InlineData("\"x\"", FeatureKind.Text, "x")]
    [InlineData("true", FeatureKind.Text, "true")]
    [InlineData("false", FeatureKind.Text, "false")]
    [InlineData("-1.50e1", FeatureKind.Number, "-1.50e1")]
    [InlineData("1e999", FeatureKind.Text, "1e999")]
    [InlineData("[\"a\",2,true,null,[3],{\"b\":4}]", FeatureKind.TextList, "a", "2", "true", "[3]", "{\"b\":4}")]
    [InlineData("[]", FeatureKind.TextList)]
    [InlineData("{\"b\": [1]}", FeatureKind.Text, "{\"b\": [1]}")]
    public void A_feature_is_a_text_a_number_or_a_list(string json, FeatureKind kind, params string[] values)
    {
        BehaviourEvent read = Lines.Event("{" + Ids + ",\"features\":{\"f\":" + json + ",\"gone\":null}}");

        Assert.Equal(1, read.FeatureCount);
        FeatureView feature = read.Feature(0);
        Assert.Equal(kind, feature.Kind);
        Assert.Equal(values.Length, feature.ValueCount);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], Lines.Text(feature.Value(i)));
        }
    }

    [Fact]
    public void Whole_numbers_count_however_they_are_written()
    {
        BehaviourEvent read = Lines.Event(
            """{"type":"click","event_id":"e","user_id":"u","at":1.650812741436E12,"received_at":1650812741436.0,"position":2.0,"surface":12}""");

        Assert.Equal(1650812741436, read.At);
        Assert.Equal(1650812741436, read.ReceivedAt);
        Assert.Equal(2, read.Position);
        Assert.Equal("12", Lines.Text(read.Surface));
    }

    [Fact]
    public void Nesting_is_read_to_depth_64_and_refused_beyond()
    {
        static string Nested(int lists) => "{" + Ids + ",\"x\":" + new string('[', lists) + new string(']', lists) + "}";

        Assert.Equal(EventReadStatus.Event, Lines.Read(Nested(63), new BehaviourEvent()).Status);
        Assert.Equal(EventReadStatus.TooDeep, Lines.Read(Nested(64), new BehaviourEvent()).Status);
    }

    [Fact]
    public void A_line_of_many_megabytes_and_many_unknown_members_is_read()
    {
        var line = new StringBuilder("{" + Ids);
        for (int i = 0; i < 50_000; i++)
        {
            line.Append(",\"unknown\":\"0123456789 0123456789 0123456789\"");
        }

        BehaviourEvent read = Lines.Event(line.Append('}').ToString());

        Assert.Equal((50_000 * 45) - 1, read.ExtraJson.Length);
    }

    [Fact]
    public void Reading_allocates_nothing_in_steady_state()
    {
        var reader = new EventJsonReader();
        var destination = new BehaviourEvent();
        byte[] impression = Lines.Utf8(Lines.Impression.Replace("\"arm\"", "\"x\":{\"y\":\"\\n\"},\"arm\"", StringComparison.Ordinal));
        byte[] escaped = Lines.Utf8("{" + Ids + ",\"request_id\":\"a\\n\",\"features\":{\"a\\tb\":[\"\\u0001\"]}}");
        byte[] malformed = Lines.Utf8("{" + Ids + ",\"value\":\"x\"}");
        Read();

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                Read();
            }
        }));

        void Read()
        {
            reader.Read(impression, destination);
            reader.Read(escaped, destination);
            reader.Read(malformed, destination);
        }
    }
}
