using System.Globalization;

namespace Freshet.Datasets;

/// <summary>Writes ids as UTF-8 into a buffer of at least <see cref="Longest"/> bytes; allocates nothing.</summary>
internal static class IdText
{
    public const int Longest = 96;

    public static ReadOnlySpan<byte> Number(long number, Span<byte> text)
    {
        _ = number.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        return text[..written];
    }

    /// <summary>Numbers with '-' between them.</summary>
    public static ReadOnlySpan<byte> Join(ReadOnlySpan<long> numbers, Span<byte> text)
    {
        int length = 0;
        foreach (long number in numbers)
        {
            if (length > 0)
            {
                text[length++] = (byte)'-';
            }

            length += Number(number, text[length..]).Length;
        }

        return text[..length];
    }

    /// <summary><paramref name="beginning"/>, 16 hexadecimal digits, and <c>-end</c> where there is an end.</summary>
    public static ReadOnlySpan<byte> Row(ReadOnlySpan<byte> beginning, ulong hash, ReadOnlySpan<byte> end, Span<byte> text)
    {
        beginning.CopyTo(text);
        _ = hash.TryFormat(text[beginning.Length..], out int digits, "x16", CultureInfo.InvariantCulture);
        int length = beginning.Length + digits;
        if (!end.IsEmpty)
        {
            text[length++] = (byte)'-';
            end.CopyTo(text[length..]);
            length += end.Length;
        }

        return text[..length];
    }
}
