using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>The products of the forward and backward pass, over panel matrices.</summary>
/// <remarks>
/// Every element is summed along k in order: the same bits at every vector width, for every split of rows and panels among threads. Nothing is
/// allocated. Rows are computed eight at a time, so padding rows are written too; threads that share a matrix split it at multiples of 8.
/// </remarks>
public static class PanelProduct
{
    /// <summary><c>C[first .. first + count] (+)= A[first .. first + count]·B[top .. top + K]</c>.</summary>
    /// <param name="a">[M × K].</param>
    /// <param name="b">[K' × N], of which the K rows from <paramref name="top"/> take part.</param>
    /// <param name="top">First row of B.</param>
    /// <param name="first">First row of A and C, a multiple of 8.</param>
    /// <param name="count">Rows.</param>
    /// <param name="accumulate">Whether C is added to; otherwise it is overwritten.</param>
    /// <param name="c">[M × N], of the panel width of B; written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe void Multiply(
        in PanelMatrix a, in PanelMatrix b, int top, int first, int count, bool accumulate, in PanelMatrix c)
    {
        Requires.Room(b.Rows, top + (long)a.Columns);
        Requires.SameLength(b.Columns, c.Columns);
        Requires.SameLength(b.Width, c.Width);
        PanelMatrix.RequireRows(first, count, Math.Min(a.Rows, c.Rows));

        // SAFETY: tiles stay in panels of b and c that exist, and in rows that were checked above, padding rows included.
        for (int panel = 0; panel < b.Panels; panel++)
        {
            float* right = b.Pointer + ((nint)panel * b.PanelLength) + ((nint)top * b.Width);
            float* target = c.Pointer + ((nint)panel * c.PanelLength) + ((nint)first * c.Width);
            for (int row = 0; row < count; row += PanelMatrix.RowStep, target += PanelMatrix.RowStep * c.Width)
            {
                PanelTile.Run(TileSource.Rows(a, first + row), right, b.Width, accumulate, target, c.Width);
            }
        }
    }

    /// <summary><c>C[top .. top + M] (+)= A[0 .. count]ᵀ·B[0 .. count]</c> in one panel: the gradient of the weights of a panel of outputs.</summary>
    /// <param name="a">[K × M], K at least <paramref name="count"/>.</param>
    /// <param name="b">[K × N].</param>
    /// <param name="count">K, rows that are summed.</param>
    /// <param name="panel">Panel of B and C.</param>
    /// <param name="top">First row of C, a multiple of 8.</param>
    /// <param name="accumulate">Whether C is added to; otherwise it is overwritten.</param>
    /// <param name="c">[M' × N], M' at least top + M; written, rows up to the next multiple of 8 too.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe void MultiplyTransposed(
        in PanelMatrix a, in PanelMatrix b, int count, int panel, int top, bool accumulate, in PanelMatrix c)
    {
        Requires.SameLength(b.Columns, c.Columns);
        Requires.SameLength(b.Width, c.Width);
        PanelMatrix.RequireRows(top, a.Columns, c.Rows);
        PanelMatrix.RequireRows(0, count, Math.Min(a.Rows, b.Rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)panel, (uint)b.Panels);

        // SAFETY: as above; columns of A come in whole panels, so eight of them always exist.
        float* right = b.Pointer + ((nint)panel * b.PanelLength);
        float* target = c.Pointer + ((nint)panel * c.PanelLength) + ((nint)top * c.Width);
        for (int column = 0; column < a.Columns; column += PanelMatrix.RowStep, target += PanelMatrix.RowStep * c.Width)
        {
            PanelTile.Run(TileSource.Columns(a, column, count), right, b.Width, accumulate, target, c.Width);
        }
    }

    /// <summary><c>C (+)= A[0 .. count]ᵀ·B[0 .. count]</c>, all panels: the gradient of a small matrix of weights.</summary>
    /// <param name="a">[K × M], K at least <paramref name="count"/>.</param>
    /// <param name="b">[K × N].</param>
    /// <param name="count">K, rows that are summed.</param>
    /// <param name="accumulate">Whether C is added to; otherwise it is overwritten.</param>
    /// <param name="c">[M × N]; written, rows up to the next multiple of 8 too.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposed(in PanelMatrix a, in PanelMatrix b, int count, bool accumulate, in PanelMatrix c)
    {
        for (int panel = 0; panel < c.Panels; panel++)
        {
            MultiplyTransposed(a, b, count, panel, 0, accumulate, c);
        }
    }

    /// <summary><c>B = A[top .. top + N]ᵀ</c>, of which a backward pass makes <c>dX = dY·Wᵀ</c>.</summary>
    /// <param name="a">[M × K].</param>
    /// <param name="top">First row of A.</param>
    /// <param name="b">[K × N], written; its padding columns stay 0.</param>
    /// <param name="firstRow">First row of B that is written, a multiple of A's panel width.</param>
    /// <param name="rowCount">Rows of B that are written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe void Transpose(in PanelMatrix a, int top, in PanelMatrix b, int firstRow, int rowCount)
    {
        Requires.SameLength(a.Columns, b.Rows);
        Requires.Room(a.Rows, top + (long)b.Columns);
        Requires.Room(b.Rows, firstRow + (long)rowCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstRow % a.Width, 0);
        int end = firstRow + rowCount;

        // SAFETY: element (n, k) of A and (k, n) of B, for n < b.Columns and firstRow <= k < end, lie in their matrices.
        for (int n0 = 0; n0 < b.Columns; n0 += b.Width)
        {
            int width = Math.Min(b.Width, b.Columns - n0);
            for (int k0 = firstRow; k0 < end; k0 += a.Width)
            {
                int height = Math.Min(a.Width, end - k0);
                float* from = a.Pointer + ((nint)(k0 / a.Width) * a.PanelLength) + ((nint)(top + n0) * a.Width);
                float* to = b.Pointer + ((nint)(n0 / b.Width) * b.PanelLength) + ((nint)k0 * b.Width);
                PanelTranspose.Run(from, a.Width, height, to, b.Width, width);
            }
        }
    }
}
