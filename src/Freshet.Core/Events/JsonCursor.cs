using System.Buffers;

namespace Freshet.Core.Events;

/// <summary>
/// Walks over the text of one JSON value (RFC 8259, strict) without allocating; every method that can fail leaves
/// <see cref="Position"/> at the byte that does not fit.
/// </summary>
/// <remarks>
/// The text is valid UTF-8 and one line: a line feed is no white space here. About twice as fast as Utf8JsonReader on
/// events (bench/Freshet.Benchmarks/EventJsonBenchmarks.cs), which checks its state between any two tokens.
/// </remarks>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    /// <summary>Deepest nesting, as in System.Text.Json.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<byte> s_endsPlainText = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Index of the next byte.</summary>
    public int Position { get; private set; }

    /// <summary>Whether nesting went beyond <see cref="MaxDepth"/>.</summary>
    public bool TooDeep { get; private set; }

    /// <summary>The next byte; 0 at the end (a NUL fits nowhere in JSON).</summary>
    public readonly byte Current => (uint)Position < (uint)_json.Length ? _json[Position] : (byte)0;

    /// <summary>Whether all was read.</summary>
    public readonly bool AtEnd => Position >= _json.Length;

    /// <summary>The text from <paramref name="start"/> up to here.</summary>
    public readonly ReadOnlySpan<byte> From(int start) => _json[start..Position];

    /// <summary>Goes past white space.</summary>
    public void SkipWhiteSpace()
    {
        while ((uint)Position < (uint)_json.Length && _json[Position] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            Position++;
        }
    }

    /// <summary>Goes past <paramref name="expected"/> and the white space after it; false if something else is here.</summary>
    public bool TrySkip(byte expected)
    {
        if (Current != expected)
        {
            return false;
        }

        Position++;
        SkipWhiteSpace();
        return true;
    }

    /// <summary>Reads a string; <paramref name="raw"/> is what lies between the quotes, escapes as written.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> raw, out bool escaped)
    {
        escaped = false;
        raw = default;
        if (Current != (byte)'"')
        {
            return false;
        }

        int start = ++Position;
        while (true)
        {
            int length = _json[Position..].IndexOfAny(s_endsPlainText);
            if (length < 0)
            {
                Position = _json.Length;
                return false;
            }

            Position += length;
            switch (_json[Position])
            {
                case (byte)'"':
                    raw = _json[start..Position];
                    Position++;
                    return true;
                case (byte)'\\' when TrySkipEscape():
                    escaped = true;
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Reads a number.</summary>
    public bool TryReadNumber(out ReadOnlySpan<byte> text, out JsonNumber number)
    {
        int start = Position;
        text = default;
        number = default;
        bool negative = Current == (byte)'-';
        if (negative)
        {
            Position++;
        }

        ulong mantissa = 0;
        int firstDigit = Position;
        int digits = SkipDigits(ref mantissa);
        if (digits == 0 || (digits > 1 && _json[firstDigit] == (byte)'0'))
        {
            return false;
        }

        int exponent = 0;
        if (Current == (byte)'.')
        {
            Position++;
            int fraction = SkipDigits(ref mantissa);
            if (fraction == 0)
            {
                return false;
            }

            digits += fraction;
            exponent = -fraction;
        }

        if (Current is (byte)'e' or (byte)'E' && !TryReadExponent(ref exponent))
        {
            return false;
        }

        text = _json[start..Position];
        number = JsonNumber.From(text, negative, mantissa, digits, exponent);
        return true;
    }

    /// <summary>Goes past <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public bool TrySkipLiteral()
    {
        ReadOnlySpan<byte> literal = Current switch
        {
            (byte)'t' => "true"u8,
            (byte)'f' => "false"u8,
            _ => "null"u8,
        };
        if (!_json[Math.Min(Position, _json.Length)..].StartsWith(literal))
        {
            return false;
        }

        Position += literal.Length;
        return true;
    }

    /// <summary>Goes past one value of any kind.</summary>
    /// <param name="depth">How many objects and lists are open around it.</param>
    public bool TrySkipValue(int depth)
    {
        ulong isObject = 0; // bit d: whether the bracket that took depth from d to d + 1 was a brace
        int outer = depth;
        while (true)
        {
            switch (Current)
            {
                case (byte)'"':
                    if (!TryReadString(out _, out _))
                    {
                        return false;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    if (depth == MaxDepth)
                    {
                        TooDeep = true;
                        return false;
                    }

                    bool braces = Current == (byte)'{';
                    isObject = braces ? isObject | (1UL << depth) : isObject & ~(1UL << depth);
                    depth++;
                    Position++;
                    SkipWhiteSpace();
                    if (Current != (braces ? (byte)'}' : (byte)']'))
                    {
                        if (braces && !TrySkipName())
                        {
                            return false;
                        }

                        continue;
                    }

                    Position++;
                    depth--;
                    break;
                case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                    if (!TryReadNumber(out _, out _))
                    {
                        return false;
                    }

                    break;
                default:
                    if (!TrySkipLiteral())
                    {
                        return false;
                    }

                    break;
            }

            while (true)
            {
                if (depth == outer)
                {
                    return true;
                }

                bool braces = (isObject & (1UL << (depth - 1))) != 0;
                SkipWhiteSpace();
                if (TrySkip((byte)','))
                {
                    if (braces && !TrySkipName())
                    {
                        return false;
                    }

                    break;
                }

                if (Current != (braces ? (byte)'}' : (byte)']'))
                {
                    return false;
                }

                Position++;
                depth--;
            }
        }
    }

    /// <summary>Goes past a member's name, the colon and the white space around it.</summary>
    private bool TrySkipName()
    {
        if (!TryReadString(out _, out _))
        {
            return false;
        }

        SkipWhiteSpace();
        return TrySkip((byte)':');
    }

    private bool TrySkipEscape()
    {
        ReadOnlySpan<byte> rest = _json[(Position + 1)..];
        if (rest.IsEmpty)
        {
            return false;
        }

        if (rest[0] != (byte)'u')
        {
            if (!"\"\\/bfnrt"u8.Contains(rest[0]))
            {
                return false;
            }

            Position += 2;
            return true;
        }

        if (rest.Length < 5 || !JsonText.TryReadHex(rest.Slice(1, 4), out _))
        {
            return false;
        }

        Position += 6;
        return true;
    }

    private int SkipDigits(ref ulong mantissa)
    {
        int start = Position;
        while ((uint)Position < (uint)_json.Length)
        {
            uint digit = (uint)_json[Position] - '0';
            if (digit > 9)
            {
                break;
            }

            mantissa = (mantissa * 10) + digit; // may wrap: used only where there are at most 18 digits
            Position++;
        }

        return Position - start;
    }

    private bool TryReadExponent(ref int exponent)
    {
        Position++;
        bool negative = Current == (byte)'-';
        if (Current is (byte)'-' or (byte)'+')
        {
            Position++;
        }

        ulong size = 0;
        int digits = SkipDigits(ref size);
        if (digits == 0)
        {
            return false;
        }

        int power = digits > 6 ? 1_000_000 : (int)size; // beyond any double; the exact text decides between 0 and infinity
        exponent += negative ? -power : power;
        return true;
    }
}
