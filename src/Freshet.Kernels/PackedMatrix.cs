namespace Freshet.Kernels;

/// <summary>The right-hand side of a matrix product, copied into the order in which the product reads it.</summary>
/// <remarks>
/// <para>
/// Panels of <see cref="PanelWidth"/> columns, one after the other; a panel is [Rows × 32], row-major, 64-byte aligned; columns
/// beyond the last are 0. Packing costs one copy, so pack once and multiply often.
/// </para>
/// <para>Owns native memory that grows and is kept: packing the same shape again allocates nothing. Many threads may read it.</para>
/// </remarks>
public sealed class PackedMatrix : IDisposable
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>K, rows of the matrix.</summary>
    public int Rows { get; private set; }

    /// <summary>N, columns of the matrix.</summary>
    public int Columns { get; private set; }

    internal AlignedBuffer Panels { get; } = new();

    /// <summary>Packs <c>source[k·rowStride + n·columnStride]</c>, k &lt; rows, n &lt; columns; strides swapped give the transpose.</summary>
    /// <exception cref="ArgumentException">The span is shorter than shape and strides need.</exception>
    public void Pack(ReadOnlySpan<float> source, int rows, int columns, int rowStride, int columnStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(columnStride);
        bool isEmpty = rows == 0 || columns == 0;
        Requires.Room(source.Length, isEmpty ? 0 : ((rows - 1L) * rowStride) + ((columns - 1L) * columnStride) + 1);
        Rows = rows;
        Columns = columns;
        int panels = (columns + PanelWidth - 1) / PanelWidth;
        Panels.Grow((long)panels * rows * PanelWidth);
        for (int panel = 0; panel < panels && !isEmpty; panel++)
        {
            int first = panel * PanelWidth, width = Math.Min(PanelWidth, columns - first);
            Span<float> destination = Panels.Slice((long)panel * rows * PanelWidth, rows * PanelWidth);
            ReadOnlySpan<float> block = source[(first * columnStride)..];
            if (width < PanelWidth)
            {
                destination.Clear();
            }

            if (columnStride == 1)
            {
                PackRows(block, destination, rows, width, rowStride);
            }
            else
            {
                PackElements(block, destination, rows, width, rowStride, columnStride);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Panels.Dispose();

    private static void PackRows(ReadOnlySpan<float> block, Span<float> destination, int rows, int width, int rowStride)
    {
        for (int k = 0; k < rows; k++)
        {
            block.Slice(k * rowStride, width).CopyTo(destination[(k * PanelWidth)..]);
        }
    }

    // Column by column: a transposed matrix is read along its rows.
    private static void PackElements(
        ReadOnlySpan<float> block, Span<float> destination, int rows, int width, int rowStride, int columnStride)
    {
        for (int n = 0; n < width; n++)
        {
            ReadOnlySpan<float> column = block[(n * columnStride)..];
            for (int k = 0; k < rows; k++)
            {
                destination[(k * PanelWidth) + n] = column[k * rowStride];
            }
        }
    }
}
