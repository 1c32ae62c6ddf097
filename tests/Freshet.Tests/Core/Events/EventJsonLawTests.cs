using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Freshet.Core.Events;

namespace Freshet.Tests.Core.Events;

/// <summary>Laws of the event format, with System.Text.Json as the independent judge of what JSON is.</summary>
public sealed class EventJsonLawTests
{
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 12],
        Gen.String[Gen.OneOf(Gen.Char['\0', '\u00ff'], Gen.Const('"'), Gen.Const('\\')), 0, 12],
        Gen.OneOfConst("😀", "\uFFFD", "é\u0001", "\ud83d\ude00x", "=,:{}[]"));

    private static readonly Gen<double> s_number = Gen.OneOf(
        Gen.Double.Where(double.IsFinite), Gen.Double[-1e6, 1e6], Gen.Int[-5, 5].Select(i => (double)i),
        Gen.OneOfConst(0.0, -0.0, double.Epsilon, double.MaxValue, 1e22, 1e23, 0.1, 123456789012345678, 9007199254740993));

    private static readonly Gen<string> s_json = Gen.Recursive<string>((depth, value) => depth > 3 ? Scalar() : Gen.OneOf(
        Scalar(),
        value.Array[0, 3].Select(items => $"[{string.Join(" , ", items)}]"),
        Gen.Select(s_text, value).Array[0, 3].Select(
            members => $"{{{string.Join(',', members.Select(member => $"{JsonSerializer.Serialize(member.Item1)} :{member.Item2}"))}}}")));

    [Fact]
    public void What_is_written_reads_back_equal() =>
        Gen.Select(Events(), s_json.Array[0, 2]).Sample((source, unknown) =>
        {
            for (int i = 0; i < unknown.Length; i++)
            {
                source.AddExtraJson(Lines.Utf8($"\"x{i}\":{unknown[i]}"));
            }

            BehaviourEvent once = Lines.Event(Lines.Write(source));
            BehaviourEvent twice = Lines.Event(Lines.Write(once));

            Assert.Equal(Lines.Describe(source), Lines.Describe(once));
            Assert.Equal(Lines.Describe(once), Lines.Describe(twice));
        });

    [Fact]
    public void Any_line_that_is_an_event_reads_back_equal_when_written() =>
        Mutations().Sample(line =>
        {
            var read = new BehaviourEvent();
            if (new EventJsonReader().Read(line, read).IsEvent)
            {
                Assert.Equal(Lines.Describe(read), Lines.Describe(Lines.Event(Lines.Write(read))));
            }
        }, iter: 20_000);

    [Fact]
    public void Random_and_mutated_bytes_never_throw_and_are_judged_as_SystemTextJson_judges_them() =>
        Mutations().Sample(line =>
        {
            var read = new BehaviourEvent();

            EventReadResult result = new EventJsonReader().Read(line, read);

            bool syntaxFault = result.Status is EventReadStatus.NotJsonObject or EventReadStatus.NotUtf8;
            bool taken = result.Position == 0 && result.Status is EventReadStatus.Event or EventReadStatus.NoType or EventReadStatus.NoEventId
                or EventReadStatus.NoUserId or EventReadStatus.NoItemId or EventReadStatus.NoRequestId or EventReadStatus.NoTime;
            Assert.True(!syntaxFault || !IsJsonObject(line) || line.Contains((byte)'\n'), $"refused as {result}, though it is a JSON object: {Convert.ToHexString(line)}");
            Assert.True(!taken || IsJsonObject(line), $"taken as {result}, though it is no JSON object: {Convert.ToHexString(line)}");
        }, iter: 50_000);

    [Fact]
    public void Numbers_are_the_doubles_that_the_framework_parses() =>
        Gen.OneOf(
            s_number.Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
            s_number.Select(number => number.ToString("E17", CultureInfo.InvariantCulture)),
            Gen.Select(Gen.Int[-99_999, 99_999], Gen.Int[0, int.MaxValue], Gen.Int[-30, 30]).Select((a, b, c) => $"{a}.{b}e{c}"))
        .Sample(text =>
        {
            double expected = double.Parse(text, CultureInfo.InvariantCulture);

            BehaviourEvent read = Lines.Event($"{{\"type\":\"t\",\"event_id\":\"e\",\"user_id\":\"u\",\"at\":1,\"value\":{text}}}");

            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(read.Value));
        }, iter: 20_000);

    private static Gen<string> Scalar() => Gen.OneOf(
        s_text.Select(text => JsonSerializer.Serialize(text)), Gen.OneOfConst("true", "false", "null", "-0", "1E+2", "0.5"),
        s_number.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));

    private static Gen<BehaviourEvent> Events() => Gen.Select(
        s_text.Array[8], Gen.Long[-62_135_596_800_000, 253_402_300_799_999], Gen.OneOf(Gen.Const(double.NaN), s_number),
        Gen.Int[-1, 100], Gen.Select(s_text, Gen.Int[0, 2], s_text.Array[0, 3], s_number).Array[0, 5],
        Gen.Select(s_text, s_number).Array[0, 3]).Select((texts, at, value, position, features, scores) =>
        {
            var built = new BehaviourEvent { At = at, Value = value, Position = position };
            if (position % 2 == 0)
            {
                built.ReceivedAt = at;
            }

            foreach (EventText field in Enum.GetValues<EventText>())
            {
                built.Set(field, field is EventText.Type or EventText.EventId or EventText.UserId or EventText.RequestId or EventText.ItemId
                    ? texts[(int)field] + "!" : texts[(int)field]);
            }

            foreach ((string name, int kind, string[] values, double number) in features)
            {
                Add(built, name, kind, values, number);
            }

            foreach ((string task, double probability) in scores)
            {
                built.AddScore(Lines.Utf8(task), probability);
            }

            return built;
        });

    private static void Add(BehaviourEvent built, string name, int kind, string[] values, double number)
    {
        if (kind == 0)
        {
            built.AddFeature(name, number);
        }
        else if (kind == 1)
        {
            built.AddFeature(name, string.Concat(values));
        }
        else
        {
            built.BeginFeatureList(Lines.Utf8(name));
            foreach (string value in values)
            {
                built.AddListValue(Lines.Utf8(value));
            }
        }
    }

    /// <summary>Lines of the format with a few bytes changed, cut or doubled, and plain noise.</summary>
    private static Gen<byte[]> Mutations()
    {
        Gen<byte> piece = Gen.OneOf(Gen.Byte, Gen.OneOfConst("{}[]\",:\\ue0-+.19tfn \t\r"u8.ToArray()));
        Gen<byte[]> seeds = Gen.OneOf(
            Gen.OneOfConst(Lines.Utf8(Lines.Click), Lines.Utf8(Lines.Impression)), Events().Select(source => Lines.Utf8(Lines.Write(source))[..^1]),
            s_json.Select(Lines.Utf8), piece.Array[0, 40]);
        return Gen.Select(seeds, Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4_000], piece).Array[0, 4]).Select((seed, edits) =>
        {
            var line = new List<byte>(seed);
            foreach ((int kind, int place, byte value) in edits)
            {
                int at = place % (line.Count + 1);
                if (kind == 0)
                {
                    line.Insert(at, value);
                }
                else if (at < line.Count && kind == 1)
                {
                    line[at] = value;
                }
                else if (at < line.Count)
                {
                    line.RemoveAt(at);
                }
            }

            return line.ToArray();
        });
    }

    private static bool IsJsonObject(byte[] line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            bool isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
                // SystemTextJson checks UTF-8 only where a text is asked for.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = Encoding.UTF8.GetCharCount(reader.ValueSpan);
                }
            }

            return isObject && System.Text.Unicode.Utf8.IsValid(line);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
