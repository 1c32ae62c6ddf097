using System.Globalization;
using System.Text;

namespace Freshet.Simulation.World;

/// <summary>The texts of the simulated world, as UTF-8.</summary>
internal static class Names
{
    public static readonly byte[][] Categories = Utf8("sing", "dance", "chat", "game", "outdoor", "food", "sport", "craft");

    public static readonly byte[][] Activities = Utf8("perform", "chat", "pk", "contest", "game", "rest");

    public static readonly byte[][] AgeRanges = Utf8("under-20", "20-25", "26-35", "36-50", "over-50");

    public static readonly byte[][] Songs = Numbered('s', 40);

    /// <summary>The ids X0 to X(count − 1).</summary>
    public static byte[][] Numbered(char prefix, int count)
    {
        byte[][] names = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            names[i] = Encoding.UTF8.GetBytes(prefix + i.ToString(CultureInfo.InvariantCulture));
        }

        return names;
    }

    private static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
