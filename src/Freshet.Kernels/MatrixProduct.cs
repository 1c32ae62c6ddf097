using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;

namespace Freshet.Kernels;

/// <summary>Matrix products of the forward and backward pass: one kernel for X·W, Xᵀ·dY and dY·Wᵀ.</summary>
public static class MatrixProduct
{
    private const int TileRows = 8;

    /// <summary>
    /// <c>C[m, n] (+)= Σ_k A[m, k]·B[k, n]</c>, where A[m, k] is <c>a[m·aRowStride + k·aColumnStride]</c>.
    /// </summary>
    /// <param name="a">[M × K] by its strides; (1, stride) reads a row-major matrix as its transpose.</param>
    /// <param name="aRowStride">Floats between rows of A.</param>
    /// <param name="aColumnStride">Floats between columns of A.</param>
    /// <param name="b">[K × N], packed.</param>
    /// <param name="rows">M.</param>
    /// <param name="accumulate">Whether C is added to; otherwise it is overwritten.</param>
    /// <param name="c">[M × N], row-major; must not overlap A.</param>
    /// <param name="cStride">Floats between rows of C, &gt;= N.</param>
    /// <exception cref="ArgumentException">A span is shorter than shape and strides need.</exception>
    /// <remarks>
    /// Each element is summed along k in order, one fused multiply-add after the other, starting from 0 or from what C holds: the
    /// same bits at every vector width and for every M and N. Allocates nothing.
    /// Tiles in registers, panels in cache: Goto and van de Geijn, ACM TOMS 34 (2008), https://doi.org/10.1145/1356052.1356053.
    /// </remarks>
    public static unsafe void Multiply(
        ReadOnlySpan<float> a, int aRowStride, int aColumnStride, PackedMatrix b, int rows, bool accumulate,
        Span<float> c, int cStride)
    {
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(aRowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(aColumnStride);
        ArgumentOutOfRangeException.ThrowIfLessThan(cStride, b.Columns);
        if (rows == 0 || b.Columns == 0)
        {
            return;
        }

        Requires.Room(
            a.Length, b.Rows == 0 ? 0 : ((rows - 1L) * aRowStride) + ((b.Rows - 1L) * aColumnStride) + 1);
        Requires.Room(c.Length, ((rows - 1L) * cStride) + b.Columns);

        // SAFETY: A and C were checked above to hold all that strides and shape reach; a panel holds Rows × 32 floats; a tile
        // that would leave C, or read rows that A has not, goes through the buffer below with its last row repeated.
        float* edge = stackalloc float[TileRows * PackedMatrix.PanelWidth];
        fixed (float* pa = a, pc = c)
        {
            for (int column = 0; column < b.Columns; column += PackedMatrix.PanelWidth)
            {
                float* panel = b.Panels.Pointer + ((long)column * b.Rows);
                int width = Math.Min(PackedMatrix.PanelWidth, b.Columns - column);
                for (int row = 0; row < rows; row += TileRows)
                {
                    int height = Math.Min(TileRows, rows - row);
                    var left = new TileSource(pa + ((long)row * aRowStride), aRowStride, aColumnStride, height);
                    float* target = pc + ((long)row * cStride) + column;
                    if (height == TileRows && width == PackedMatrix.PanelWidth)
                    {
                        Tile(left, panel, b.Rows, accumulate, target, cStride);
                        continue;
                    }

                    if (accumulate)
                    {
                        Copy(target, cStride, edge, PackedMatrix.PanelWidth, height, width);
                    }

                    Tile(left, panel, b.Rows, accumulate, edge, PackedMatrix.PanelWidth);
                    Copy(edge, PackedMatrix.PanelWidth, target, cStride, height, width);
                }
            }
        }

        GC.KeepAlive(b);
    }

    private static unsafe void Tile(in TileSource a, float* panel, int k, bool accumulate, float* c, int cStride)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            // One candidate costs as much as four, not as eight.
            if (a.Height > 4)
            {
                MatrixTile.EightRows(a, panel, k, accumulate, c, cStride);
            }
            else
            {
                MatrixTile.FourRows<Lanes512>(a, panel, k, accumulate, c, cStride);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            MatrixTile.FourRows<Lanes256>(a, panel, k, accumulate, c, cStride);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            MatrixTile.FourRows<Lanes128>(a, panel, k, accumulate, c, cStride);
        }
        else
        {
            MatrixTile.FourRows<ScalarLane>(a, panel, k, accumulate, c, cStride);
        }
    }

    private static unsafe void Copy(float* source, int sourceStride, float* target, int targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source + (row * sourceStride), columns)
                .CopyTo(new Span<float>(target + ((long)row * targetStride), columns));
        }
    }
}
