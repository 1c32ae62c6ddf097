using System.Runtime.CompilerServices;

namespace Freshet.Kernels;

/// <summary>
/// Eight rows of a product's left side, as a tile reads them: element (row, k) is
/// <c>Start[row·RowStride + (k / BlockLength)·BlockStride + (k % BlockLength)·Step]</c>.
/// </summary>
internal readonly unsafe struct TileSource
{
    private TileSource(float* start, nint rowStride, nint step, int depth, int blockLength, nint blockStride)
    {
        Start = start;
        RowStride = rowStride;
        Step = step;
        Depth = depth;
        BlockLength = blockLength;
        BlockStride = blockStride;
    }

    public float* Start { get; }

    public nint RowStride { get; }

    public nint Step { get; }

    /// <summary>K.</summary>
    public int Depth { get; }

    public int BlockLength { get; }

    public nint BlockStride { get; }

    /// <summary>Rows of a matrix; k runs along its columns.</summary>
    public static TileSource Rows(in PanelMatrix a, int row) => new(
        a.Pointer + ((nint)row * a.Width), a.Width, 1, a.Columns, a.Width, a.PanelLength);

    /// <summary>Columns of a matrix, from one that is a multiple of 8; k runs along its first rows.</summary>
    public static TileSource Columns(in PanelMatrix a, int column, int rows) => new(
        a.Pointer + ((nint)(column / a.Width) * a.PanelLength) + (column % a.Width), 1, a.Width, rows, rows, 0);

    /// <summary>The next rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TileSource Skip(nint rows) => new(Start + (rows * RowStride), RowStride, Step, Depth, BlockLength, BlockStride);
}
