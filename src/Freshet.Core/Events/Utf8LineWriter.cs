using System.Buffers;
using System.Globalization;

namespace Freshet.Core.Events;

/// <summary>Appends pieces of JSON to an <see cref="IBufferWriter{T}"/>, asking it for room in large steps.</summary>
internal ref struct Utf8LineWriter(IBufferWriter<byte> destination)
{
    private const int Step = 512;

    private static readonly SearchValues<byte> s_escaped = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private Span<byte> _room = destination.GetSpan(Step);
    private int _used = 0;

    /// <summary>Appends <paramref name="bytes"/> as they are.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_room[_used..]);
        _used += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void Append(byte value)
    {
        Reserve(1);
        _room[_used++] = value;
    }

    /// <summary>Appends a JSON string: quotes around, and escapes where JSON demands them.</summary>
    public void AppendString(ReadOnlySpan<byte> text)
    {
        Append((byte)'"');
        while (true)
        {
            int plain = text.IndexOfAny(s_escaped);
            if (plain < 0)
            {
                break;
            }

            Append(text[..plain]);
            AppendEscape(text[plain]);
            text = text[(plain + 1)..];
        }

        Append(text);
        Append((byte)'"');
    }

    /// <summary>Appends a whole number.</summary>
    public void AppendNumber(long number)
    {
        Reserve(20);
        _ = number.TryFormat(_room[_used..], out int written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>Appends a finite number in the shortest form that reads back as the same double.</summary>
    public void AppendNumber(double number)
    {
        Reserve(32);
        _ = number.TryFormat(_room[_used..], out int written, "R", CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>Hands all that was appended to the destination.</summary>
    public readonly void Flush() => destination.Advance(_used);

    private void AppendEscape(byte value)
    {
        byte letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => 0,
        };
        if (letter != 0)
        {
            Append((byte)'\\');
            Append(letter);
            return;
        }

        Append("\\u00"u8);
        Append("0123456789abcdef"u8[value >> 4]);
        Append("0123456789abcdef"u8[value & 0xF]);
    }

    private void Reserve(int count)
    {
        if (_room.Length - _used < count)
        {
            destination.Advance(_used);
            _used = 0;
            _room = destination.GetSpan(Math.Max(count, Step));
        }
    }
}
