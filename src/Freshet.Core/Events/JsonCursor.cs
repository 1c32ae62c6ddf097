using System.Numerics;
using System.Runtime.Intrinsics;

namespace Freshet.Core.Events;

/// <summary>
/// Walks over the text of one JSON value (RFC 8259, strict) without allocating; every method that can fail leaves
/// <see cref="Position"/> at the byte that does not fit.
/// </summary>
/// <remarks>
/// The text is valid UTF-8 and one line: a line feed is no white space here. Speed beside
/// Utf8JsonReader: bench/Freshet.Benchmarks/EventJsonBenchmarks.cs.
/// </remarks>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    /// <summary>Deepest nesting, as in System.Text.Json.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _position;

    /// <summary>Index of the next byte.</summary>
    public readonly int Position => _position;

    /// <summary>Whether nesting went beyond <see cref="MaxDepth"/>.</summary>
    public bool TooDeep { get; private set; }

    /// <summary>The next byte; 0 at the end (a NUL fits nowhere in JSON).</summary>
    public readonly byte Current => (uint)_position < (uint)_json.Length ? _json[_position] : (byte)0;

    /// <summary>Whether all was read.</summary>
    public readonly bool AtEnd => _position >= _json.Length;

    /// <summary>What lies between <paramref name="start"/> and here.</summary>
    public readonly TextRange From(int start) => new(start, _position - start);

    /// <summary>Goes past white space.</summary>
    public void SkipWhiteSpace()
    {
        while ((uint)_position < (uint)_json.Length && _json[_position] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            _position++;
        }
    }

    /// <summary>Goes past <paramref name="expected"/> and the white space after it; false if something else is here.</summary>
    public bool TrySkip(byte expected)
    {
        if (Current != expected)
        {
            return false;
        }

        _position++;
        SkipWhiteSpace();
        return true;
    }

    /// <summary>Reads a string; <paramref name="raw"/> is what lies between the quotes, escapes as written.</summary>
    public bool TryReadString(out TextRange raw, out bool escaped)
    {
        escaped = false;
        raw = default;
        if (Current != (byte)'"')
        {
            return false;
        }

        int start = ++_position;
        while (true)
        {
            SkipPlainText();
            switch (Current)
            {
                case (byte)'"':
                    raw = new TextRange(start, _position - start);
                    _position++;
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
    public bool TryReadNumber(out TextRange text, out JsonNumber number)
    {
        int start = _position;
        text = default;
        number = default;
        bool negative = Current == (byte)'-';
        if (negative)
        {
            _position++;
        }

        ulong mantissa = 0;
        int firstDigit = _position;
        int digits = SkipDigits(ref mantissa);
        if (digits == 0 || (digits > 1 && _json[firstDigit] == (byte)'0'))
        {
            return false;
        }

        int exponent = 0;
        if (Current == (byte)'.')
        {
            _position++;
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

        text = new TextRange(start, _position - start);
        number = JsonNumber.From(_json[start.._position], negative, mantissa, digits, exponent);
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
        if (!_json[Math.Min(_position, _json.Length)..].StartsWith(literal))
        {
            return false;
        }

        _position += literal.Length;
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
                    _position++;
                    SkipWhiteSpace();
                    if (Current != (braces ? (byte)'}' : (byte)']'))
                    {
                        if (braces && !TrySkipName())
                        {
                            return false;
                        }

                        continue;
                    }

                    _position++;
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

                _position++;
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

    /// <summary>Goes to the next quote, backslash, control character, or the end: texts are short, so one step of 32 mostly does.</summary>
    private void SkipPlainText()
    {
        ReadOnlySpan<byte> rest = _json[_position..];
        while (rest.Length >= Vector256<byte>.Count)
        {
            Vector256<byte> bytes = Vector256.Create(rest);
            Vector256<byte> ends = Vector256.Equals(bytes, Vector256.Create((byte)'"'))
                | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.LessThan(bytes, Vector256.Create((byte)0x20));
            uint mask = ends.ExtractMostSignificantBits();
            if (mask != 0)
            {
                _position += BitOperations.TrailingZeroCount(mask);
                return;
            }

            _position += Vector256<byte>.Count;
            rest = rest[Vector256<byte>.Count..];
        }

        foreach (byte value in rest)
        {
            if (value is (byte)'"' or (byte)'\\' or < 0x20)
            {
                return;
            }

            _position++;
        }
    }

    private bool TrySkipEscape()
    {
        ReadOnlySpan<byte> rest = _json[(_position + 1)..];
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

            _position += 2;
            return true;
        }

        if (rest.Length < 5 || !JsonText.TryReadHex(rest.Slice(1, 4), out _))
        {
            return false;
        }

        _position += 6;
        return true;
    }

    private int SkipDigits(ref ulong mantissa)
    {
        ReadOnlySpan<byte> rest = _json[Math.Min(_position, _json.Length)..];
        ulong value = mantissa;
        int count = 0;
        while (count < rest.Length)
        {
            uint digit = (uint)rest[count] - '0';
            if (digit > 9)
            {
                break;
            }

            value = (value * 10) + digit; // may wrap: used only where there are at most 18 digits
            count++;
        }

        mantissa = value;
        _position += count;
        return count;
    }

    private bool TryReadExponent(ref int exponent)
    {
        _position++;
        bool negative = Current == (byte)'-';
        if (Current is (byte)'-' or (byte)'+')
        {
            _position++;
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
