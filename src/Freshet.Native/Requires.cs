using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Freshet.Native;

/// <summary>What kernels demand of their spans, checked once at each public entry.</summary>
internal static class Requires
{
    public static void SameLength(
        int first, int second,
        [CallerArgumentExpression(nameof(first))] string firstName = "",
        [CallerArgumentExpression(nameof(second))] string secondName = "")
    {
        if (first != second)
        {
            Throw($"{Show(firstName, first)}, {Show(secondName, second)}");
        }
    }

    public static void SameLength(
        int first, int second, int third,
        [CallerArgumentExpression(nameof(first))] string firstName = "",
        [CallerArgumentExpression(nameof(second))] string secondName = "",
        [CallerArgumentExpression(nameof(third))] string thirdName = "")
    {
        if (first != second || first != third)
        {
            Throw($"{Show(firstName, first)}, {Show(secondName, second)}, {Show(thirdName, third)}");
        }
    }

    public static void SameLength(
        int first, int second, int third, int fourth,
        [CallerArgumentExpression(nameof(first))] string firstName = "",
        [CallerArgumentExpression(nameof(second))] string secondName = "",
        [CallerArgumentExpression(nameof(third))] string thirdName = "",
        [CallerArgumentExpression(nameof(fourth))] string fourthName = "")
    {
        if (first != second || first != third || first != fourth)
        {
            Throw(
                $"{Show(firstName, first)}, {Show(secondName, second)}, {Show(thirdName, third)}, " +
                $"{Show(fourthName, fourth)}");
        }
    }

    /// <summary>Throws unless a span is at least as long as its shape says.</summary>
    public static void Room(int length, long needed, [CallerArgumentExpression(nameof(length))] string name = "")
    {
        if (length < needed)
        {
            Throw($"{Show(name, length)} is shorter than the [{needed}] its shape needs");
        }
    }

    private static string Show(string expression, int length) =>
        $"{expression.Replace(".Length", "", StringComparison.Ordinal)} [{length}]";

    [DoesNotReturn]
    private static void Throw(string lengths) => throw new ArgumentException($"Lengths do not fit: {lengths}.");
}
