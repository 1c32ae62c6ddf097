using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Freshet.Native.Memory;

/// <summary>Structs in native memory that never move, in the blocks of <see cref="RowBlocks"/>: growing copies nothing.</summary>
/// <remarks>
/// A new record holds whatever its memory held. References are good while the object is reachable and not disposed of. Not
/// thread-safe for growing.
/// </remarks>
/// <typeparam name="T">Its size is a multiple of 4 bytes.</typeparam>
public sealed unsafe class RecordBlocks<T> : IDisposable
    where T : unmanaged
{
    private readonly RowBlocks _rows = new(sizeof(T) / sizeof(float));
    private RowPointers _pointers;
    private int _capacity;

    /// <summary>No records yet.</summary>
    /// <exception cref="ArgumentException">The size of <typeparamref name="T"/> is no multiple of 4 bytes.</exception>
    public RecordBlocks()
    {
        if (sizeof(T) % sizeof(float) != 0)
        {
            throw new ArgumentException($"{typeof(T).Name} has {sizeof(T)} bytes; records need a multiple of {sizeof(float)}.");
        }
    }

    /// <summary>Records there is room for.</summary>
    public int Capacity => _capacity;

    /// <summary>Bytes of a record.</summary>
    public int RecordSize => sizeof(T);

    /// <summary>Memory reserved.</summary>
    public long Bytes => _rows.Bytes;

    /// <summary>The record at <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for such a record.</exception>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)_capacity)
            {
                ThrowOutside(index);
            }

            // SAFETY: index < Capacity, so its block is there and holds a T for it.
            return ref *(T*)_pointers[index];
        }
    }

    /// <summary>Makes room for <paramref name="count"/> records. None moves; the content of new ones is undefined.</summary>
    public void Reserve(int count)
    {
        if (count > _capacity)
        {
            _rows.Reserve(count);
            _pointers = _rows.Pointers;
            _capacity = _rows.Capacity;
        }
    }

    /// <summary>Starts to load the record at <paramref name="index"/>, which will be read soon; any index will do.</summary>
    public void Prefetch(int index)
    {
        if ((uint)index < (uint)_capacity)
        {
            Memory.Prefetch.Line(_pointers[index]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_capacity, _pointers) = (0, default);
        _rows.Dispose();
    }

    [DoesNotReturn]
    private void ThrowOutside(int index) =>
        throw new ArgumentOutOfRangeException(nameof(index), $"There is no record {index} in blocks of {_capacity} records.");
}
