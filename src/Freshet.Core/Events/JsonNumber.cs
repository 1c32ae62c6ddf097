using System.Globalization;

namespace Freshet.Core.Events;

/// <summary>A JSON number as it was scanned: its value, and whether it is a whole number that a long holds exactly.</summary>
internal readonly struct JsonNumber
{
    // 10^0 … 10^22 are exact in a double, so one multiplication or division of two exact numbers rounds once, correctly
    // (Clinger, "How to read floating point numbers accurately", PLDI 1990).
    private static readonly double[] s_powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];

    private const ulong MaxExact = 1UL << 53;

    private JsonNumber(double value, long integer, bool isInteger)
    {
        Value = value;
        Integer = integer;
        IsInteger = isInteger;
    }

    /// <summary>The nearest double; ±∞ beyond its range.</summary>
    public double Value { get; }

    /// <summary>The number itself, where <see cref="IsInteger"/>.</summary>
    public long Integer { get; }

    /// <summary>Whether it is whole (1, 1.0 and 1e0 alike) and below 2^53 in size, or written with up to 18 plain digits.</summary>
    public bool IsInteger { get; }

    /// <summary>Builds the number from what the scan of <paramref name="text"/> found.</summary>
    /// <param name="text">The JSON number.</param>
    /// <param name="negative">Whether it starts with a minus.</param>
    /// <param name="mantissa">All its digits as one integer, where there are at most 18 of them.</param>
    /// <param name="digits">How many digits before the exponent, leading zeros included.</param>
    /// <param name="exponent">Power of ten that belongs to the mantissa.</param>
    public static JsonNumber From(ReadOnlySpan<byte> text, bool negative, ulong mantissa, int digits, int exponent)
    {
        if (digits <= 18 && exponent == 0)
        {
            long integer = negative ? -(long)mantissa : (long)mantissa;
            return new JsonNumber(negative && mantissa == 0 ? -0.0 : integer, integer, isInteger: true);
        }

        double value = digits <= 18 && mantissa <= MaxExact && exponent is >= -22 and <= 22
            ? Scale(negative ? -(double)mantissa : mantissa, exponent)
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        bool isInteger = Math.Abs(value) <= MaxExact && Math.Floor(value) == value;
        return new JsonNumber(value, isInteger ? (long)value : 0, isInteger);
    }

    private static double Scale(double mantissa, int exponent) =>
        exponent < 0 ? mantissa / s_powers[-exponent] : mantissa * s_powers[exponent];
}
