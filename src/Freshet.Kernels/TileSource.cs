using System.Runtime.CompilerServices;

namespace Freshet.Kernels;

/// <summary>Up to eight rows of A, as a tile reads them; rows beyond the last repeat the last.</summary>
internal readonly unsafe struct TileSource(float* start, int rowStride, int columnStride, int height)
{
    public int Height => height;

    public nint ColumnStride => columnStride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int row) => start + ((long)Math.Min(row, height - 1) * rowStride);
}
