using Freshet.Native.Memory;

namespace Freshet.Kernels.Rows;

/// <summary>What the kernels over rows demand of their shapes, checked once at each public entry.</summary>
internal static class Rectangle
{
    /// <summary>Throws unless <c>[offset, offset + width)</c> lies in a row.</summary>
    public static void Require(RowBlocks rows, int offset, int width)
    {
        if (offset < 0 || width < 0 || offset > rows.Stride - width)
        {
            throw new ArgumentException($"Floats {offset} to {offset + (long)width} are not all in rows of {rows.Stride}.");
        }
    }

    /// <summary>
    /// Throws unless <paramref name="count"/> rows of <paramref name="width"/> floats, one every <paramref name="stride"/>, fit.
    /// </summary>
    public static void Require(int length, int count, int width, int stride)
    {
        if (count > Rows(length, width, stride))
        {
            throw new ArgumentException($"{count} rows of {width} floats, one every {stride}, do not fit into {length} floats.");
        }
    }

    /// <summary>How many rows of <paramref name="width"/> floats, one every <paramref name="stride"/>, fit.</summary>
    public static int Rows(int length, int width, int stride)
    {
        if (width < 0 || stride < width)
        {
            throw new ArgumentException($"Rows of {width} floats overlap where one begins every {stride}.");
        }

        return length < width ? 0 : stride == 0 ? int.MaxValue : ((length - width) / stride) + 1;
    }
}
