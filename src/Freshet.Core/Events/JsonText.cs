using System.Text;

namespace Freshet.Core.Events;

/// <summary>The escapes of JSON strings, in both directions.</summary>
internal static class JsonText
{
    /// <summary>Reads four hexadecimal digits.</summary>
    public static bool TryReadHex(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            int nibble = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (nibble < 0)
            {
                return false;
            }

            value = (value << 4) | nibble;
        }

        return true;
    }

    /// <summary>
    /// Resolves the escapes of <paramref name="raw"/>, which the cursor has checked; half a surrogate pair becomes U+FFFD.
    /// </summary>
    /// <param name="raw">UTF-8 between the quotes.</param>
    /// <param name="destination">At least as long as <paramref name="raw"/>: text only shrinks.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        int written = 0;
        while (true)
        {
            int plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
            {
                raw.CopyTo(destination[written..]);
                return written + raw.Length;
            }

            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            raw = raw[plain..];
            if (raw[1] == (byte)'u')
            {
                Rune rune = ReadRune(raw, out int consumed);
                written += rune.EncodeToUtf8(destination[written..]);
                raw = raw[consumed..];
            }
            else
            {
                destination[written++] = raw[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    byte itself => itself,
                };
                raw = raw[2..];
            }
        }
    }

    private static Rune ReadRune(ReadOnlySpan<byte> raw, out int consumed)
    {
        _ = TryReadHex(raw.Slice(2, 4), out int unit);
        consumed = 6;
        if (Rune.TryCreate(unit, out Rune rune))
        {
            return rune;
        }

        bool pairFollows = raw.Length >= 12 && raw[6] == (byte)'\\' && raw[7] == (byte)'u';
        if (pairFollows && TryReadHex(raw.Slice(8, 4), out int low) && Rune.TryCreate((char)unit, (char)low, out rune))
        {
            consumed = 12;
            return rune;
        }

        return Rune.ReplacementChar;
    }
}
