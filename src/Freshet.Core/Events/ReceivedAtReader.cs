using Freshet.Core.Time;

namespace Freshet.Core.Events;

/// <summary>Reads <c>received_at</c> of a line that is not parsed yet: from its bytes where these leave no doubt, else as the event says.</summary>
internal sealed class ReceivedAtReader
{
    private readonly EventJsonReader _reader = new();
    private readonly BehaviourEvent _event = new();

    private static ReadOnlySpan<byte> Name => "\"received_at\""u8;

    /// <summary>When the line arrived, ms since the epoch; <see cref="BehaviourEvent.NoTime"/> where it does not say, or is no event.</summary>
    public long Read(ReadOnlySpan<byte> line)
    {
        int start = line.IndexOf(Name);
        if (start < 0)
        {
            // A name may be written with escapes.
            return line.Contains((byte)'\\') ? Parse(line) : BehaviourEvent.NoTime;
        }

        // Not inside a value, and said once.
        ReadOnlySpan<byte> rest = line[(start + Name.Length)..];
        return line[0] == '{' && line[1..start].IndexOfAny((byte)'{', (byte)'[', (byte)'\\') < 0 && rest.IndexOf(Name) < 0
            && TryReadNumber(rest, out long arrival)
            ? arrival
            : Parse(line);
    }

    /// <summary>A colon, digits, and what may follow a member.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> rest, out long number)
    {
        number = 0;
        int at = 0;
        while (at < rest.Length && rest[at] is (byte)' ' or (byte)':')
        {
            at++;
        }

        int digits = 0;
        for (; at < rest.Length && rest[at] is >= (byte)'0' and <= (byte)'9'; at++, digits++)
        {
            number = (number * 10) + (rest[at] - '0');
            if (digits == 16)
            {
                return false;
            }
        }

        return digits > 0 && SceneDays.Covers(number) && at < rest.Length && rest[at] is (byte)',' or (byte)'}' or (byte)' ';
    }

    private long Parse(ReadOnlySpan<byte> line) => _reader.Read(line, _event).IsEvent ? _event.ReceivedAt : BehaviourEvent.NoTime;
}
