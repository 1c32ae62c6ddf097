namespace Freshet.Kernels;

/// <summary>The transpose of a matrix, copied.</summary>
public static class MatrixTranspose
{
    private const int Block = 16;

    /// <summary><c>destination[n, m] = source[m, n]</c>. A product that reads a matrix by its columns is faster on its transpose.</summary>
    /// <param name="source">[Rows × Columns], row-major, <paramref name="sourceStride"/> floats between rows.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="sourceStride">Floats between rows of the source, &gt;= columns.</param>
    /// <param name="destination">[Columns × Rows], row-major, written.</param>
    /// <exception cref="ArgumentException">A span is shorter than its shape needs.</exception>
    public static void Copy(ReadOnlySpan<float> source, int rows, int columns, int sourceStride, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceStride, columns);
        Requires.Room(source.Length, rows == 0 ? 0 : ((rows - 1L) * sourceStride) + columns);
        Requires.Room(destination.Length, (long)rows * columns);
        for (int row = 0; row < rows; row += Block)
        {
            int height = Math.Min(Block, rows - row);
            for (int column = 0; column < columns; column += Block)
            {
                int width = Math.Min(Block, columns - column);
                for (int n = 0; n < width; n++)
                {
                    ReadOnlySpan<float> from = source[((row * sourceStride) + column + n)..];
                    Span<float> to = destination.Slice(((column + n) * rows) + row, height);
                    for (int m = 0; m < to.Length; m++)
                    {
                        to[m] = from[m * sourceStride];
                    }
                }
            }
        }
    }
}
