using System.Text.Unicode;

namespace Freshet.Core.Events;

/// <summary>Reads one line of a behaviour-event log (NDJSON) into an event; never throws on what a line contains.</summary>
/// <remarks>
/// The form, and what counts as malformed, is in docs/formats.md. Allocates nothing once its scratch and the event's
/// buffers have grown to the longest line. Not thread-safe: one reader a thread.
/// </remarks>
public sealed class EventJsonReader
{
    /// <summary>Deepest nesting of objects and lists in a line, the event's own braces included.</summary>
    public const int MaxDepth = JsonCursor.MaxDepth;

    // 0001-01-01 and 9999-12-31T23:59:59.999: inside, every time of the stream is a DateTimeOffset too.
    private const long MinTime = -62_135_596_800_000, MaxTime = 253_402_300_799_999;

    private byte[] _extra = new byte[256];
    private int _extraLength;

    /// <summary>Makes <paramref name="destination"/> the event on <paramref name="line"/>; empties it where there is none.</summary>
    /// <param name="line">UTF-8, with or without its line end and a byte-order mark.</param>
    /// <param name="destination">Overwritten; it keeps nothing of <paramref name="line"/> itself.</param>
    public EventReadResult Read(ReadOnlySpan<byte> line, BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        _extraLength = 0;
        int start = line.StartsWith("\uFEFF"u8) ? 3 : 0;
        if (line is [.., (byte)'\n'])
        {
            line = line[..^1];
        }

        EventReadResult result = ReadEvent(line[start..], destination);
        if (result.IsEvent)
        {
            if (_extraLength > 0)
            {
                destination.AddExtraJson(_extra.AsSpan(0, _extraLength));
            }

            return result;
        }

        destination.Clear();
        return result with { Position = result.Position + start };
    }

    private EventReadResult ReadEvent(ReadOnlySpan<byte> line, BehaviourEvent destination)
    {
        var json = new JsonCursor(line);
        json.SkipWhiteSpace();
        if (json.AtEnd)
        {
            return new EventReadResult(EventReadStatus.Blank, 0);
        }

        if (!Utf8.IsValid(line))
        {
            return new EventReadResult(EventReadStatus.NotUtf8, 0);
        }

        destination.Begin(line);
        EventReadStatus status = ReadObject(ref json, destination);
        if (status != EventReadStatus.Event)
        {
            return new EventReadResult(json.TooDeep ? EventReadStatus.TooDeep : status, json.Position);
        }

        return new EventReadResult(RequiredIds.Check(destination), 0);
    }

    private EventReadStatus ReadObject(ref JsonCursor json, BehaviourEvent destination)
    {
        if (!json.TrySkip((byte)'{'))
        {
            return EventReadStatus.NotJsonObject;
        }

        uint seen = 0;
        if (json.Current != (byte)'}')
        {
            do
            {
                EventReadStatus status = ReadMember(ref json, destination, ref seen);
                if (status != EventReadStatus.Event)
                {
                    return status;
                }

                json.SkipWhiteSpace();
            }
            while (json.TrySkip((byte)','));
        }

        if (!json.TrySkip((byte)'}') || !json.AtEnd)
        {
            return EventReadStatus.NotJsonObject;
        }

        return (seen & Bit(EventField.At)) != 0 ? EventReadStatus.Event : EventReadStatus.NoTime;
    }

    private EventReadStatus ReadMember(ref JsonCursor json, BehaviourEvent destination, ref uint seen)
    {
        int start = json.Position;
        if (!json.TryReadString(out TextRange name, out bool escaped))
        {
            return EventReadStatus.NotJsonObject;
        }

        json.SkipWhiteSpace();
        if (!json.TrySkip((byte)':'))
        {
            return EventReadStatus.NotJsonObject;
        }

        EventField field = EventFieldNames.Find(destination.Text(escaped ? destination.Unescape(name) : name));
        if (field != EventField.Unknown && json.Current == (byte)'n')
        {
            return json.TrySkipLiteral() ? EventReadStatus.Event : EventReadStatus.NotJsonObject;
        }

        if ((seen & Bit(field)) != 0)
        {
            return json.TrySkipValue(depth: 1) ? EventReadStatus.Event : EventReadStatus.NotJsonObject;
        }

        Outcome outcome = field switch
        {
            <= EventField.Arm => ReadText(ref json, (EventText)field, destination),
            EventField.Unknown => Outcome.OtherKind,
            EventField.Features => ReadFeatures(ref json, destination),
            EventField.Scores => ReadScores(ref json, destination),
            _ => ReadNumber(ref json, field, destination),
        };
        switch (outcome)
        {
            case Outcome.Taken:
                seen |= Bit(field);
                return EventReadStatus.Event;
            case Outcome.OtherKind:
                return KeepMember(ref json, start, destination);
            case Outcome.Refused:
                return Fault(field);
            default:
                return EventReadStatus.NotJsonObject;
        }
    }

    /// <summary>What became of a member's value; only OtherKind leaves the cursor before it.</summary>
    private enum Outcome
    {
        Taken,
        OtherKind,
        Refused,
        SyntaxError,
    }

    private static uint Bit(EventField field) => field == EventField.Unknown ? 0 : 1u << (int)field;

    private static EventReadStatus Fault(EventField field) => field switch
    {
        EventField.Type => EventReadStatus.NoType,
        EventField.At => EventReadStatus.TimeOutOfRange,
        EventField.Value => EventReadStatus.ValueNotNumber,
        _ => EventReadStatus.IdNotString,
    };

    private static Outcome ReadText(ref JsonCursor json, EventText field, BehaviourEvent destination)
    {
        if (json.Current == (byte)'"')
        {
            if (!json.TryReadString(out TextRange raw, out bool escaped))
            {
                return Outcome.SyntaxError;
            }

            destination.Set(field, escaped ? destination.Unescape(raw) : raw);
            return Outcome.Taken;
        }

        if (field <= EventText.ItemId)
        {
            return Outcome.Refused;
        }

        if (json.Current is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return Outcome.OtherKind;
        }

        if (!json.TryReadNumber(out TextRange text, out _))
        {
            return Outcome.SyntaxError;
        }

        destination.Set(field, text);
        return Outcome.Taken;
    }

    private static Outcome ReadNumber(ref JsonCursor json, EventField field, BehaviourEvent destination)
    {
        bool required = field is EventField.At or EventField.Value;
        if (json.Current is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return required ? Outcome.Refused : Outcome.OtherKind;
        }

        JsonCursor before = json;
        if (!json.TryReadNumber(out _, out JsonNumber number))
        {
            return Outcome.SyntaxError;
        }

        bool isTime = number.IsInteger && number.Integer is >= MinTime and <= MaxTime;
        switch (field)
        {
            case EventField.At when isTime:
                destination.At = number.Integer;
                return Outcome.Taken;
            case EventField.ReceivedAt when isTime:
                destination.ReceivedAt = number.Integer;
                return Outcome.Taken;
            case EventField.Value when double.IsFinite(number.Value):
                destination.Value = number.Value;
                return Outcome.Taken;
            case EventField.Position when number.IsInteger && number.Integer is >= 0 and <= int.MaxValue:
                destination.Position = (int)number.Integer;
                return Outcome.Taken;
            default:
                json = before;
                return required ? Outcome.Refused : Outcome.OtherKind;
        }
    }

    private static Outcome ReadFeatures(ref JsonCursor json, BehaviourEvent destination) =>
        json.Current != (byte)'{' ? Outcome.OtherKind
        : EventFeatureReader.TryReadFeatures(ref json, destination) ? Outcome.Taken
        : Outcome.SyntaxError;

    private static Outcome ReadScores(ref JsonCursor json, BehaviourEvent destination) =>
        json.Current != (byte)'{' ? Outcome.OtherKind
        : EventFeatureReader.TryReadScores(ref json, destination) ? Outcome.Taken
        : Outcome.SyntaxError;

    private EventReadStatus KeepMember(ref JsonCursor json, int start, BehaviourEvent destination)
    {
        if (!json.TrySkipValue(depth: 1))
        {
            return EventReadStatus.NotJsonObject;
        }

        ReadOnlySpan<byte> member = destination.Text(json.From(start));
        int needed = _extraLength + member.Length + 1;
        if (_extra.Length < needed)
        {
            Array.Resize(ref _extra, Math.Max(needed, 2 * _extra.Length));
        }

        if (_extraLength > 0)
        {
            _extra[_extraLength++] = (byte)',';
        }

        member.CopyTo(_extra.AsSpan(_extraLength));
        _extraLength += member.Length;
        return EventReadStatus.Event;
    }
}
