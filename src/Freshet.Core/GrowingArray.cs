namespace Freshet.Core;

/// <summary>Arrays that are filled from the front and keep what they hold when they grow.</summary>
public static class GrowingArray
{
    private const int Least = 16;
    private const int Large = 1 << 20;

    /// <summary>Makes room for <paramref name="count"/> elements, doubling a small array and adding a quarter to a large one, so that filling one by one costs constant time each.</summary>
    public static void Reserve<T>(ref T[] array, int count)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Length < count)
        {
            Array.Resize(ref array, Math.Max(count, Math.Max(Least, array.Length + (array.Length < Large ? array.Length : array.Length / 4))));
        }
    }
}
