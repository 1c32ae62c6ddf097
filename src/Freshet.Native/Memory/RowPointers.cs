using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Freshet.Native.Memory;

/// <summary>From row numbers to addresses in <see cref="RowBlocks"/>, without a branch.</summary>
internal readonly unsafe struct RowPointers(float** origins, int stride, int first, int last)
{
    private readonly float** _origins = origins;
    private readonly nint _stride = stride;
    private readonly uint _firstRows = (1u << first) - 1;
    private readonly int _last = last;
    private readonly int _first = first;

    // SAFETY: the caller has checked that the row is reserved, so its block has an entry.
    public float* this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Debug.Assert(row >= 0);

            // Bits of the number, at least those of the first block; then min(bits, last) without a branch, which a mix of old and new
            // rows would mispredict.
            int bits = 32 - BitOperations.LeadingZeroCount((uint)row | _firstRows);
            int above = bits - _last;
            int block = bits - (above & ~(above >> 31)) - _first + (row >> _last);
            return _origins[block] + (row * _stride);
        }
    }
}
