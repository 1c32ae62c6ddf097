namespace Freshet.Core;

/// <summary>Arrays that are filled from the front and keep what they hold when they grow.</summary>
public static class GrowingArray
{
    private const int Least = 16;

    /// <summary>Makes room for <paramref name="count"/> elements, at least doubling, so that filling one by one costs constant time each.</summary>
    public static void Reserve<T>(ref T[] array, int count)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Length < count)
        {
            Array.Resize(ref array, Math.Max(count, Math.Max(Least, array.Length * 2)));
        }
    }
}
