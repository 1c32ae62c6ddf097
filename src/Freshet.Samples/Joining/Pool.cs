using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Freshet.Native.Memory;

namespace Freshet.Samples.Joining;

/// <summary>
/// Records in native memory that never move, named by index; freed places are used again. It knows which blocks of records
/// changed, and lets a checkpoint be written from another thread while records change (<see cref="PoolFreeze{T}"/>).
/// </summary>
/// <remarks>
/// Reading is by the indexer, writing by <see cref="Change"/> alone. A block whose mark is <see cref="Frozen"/> belongs to a
/// checkpoint that is being written: before its first change it is copied aside.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A state is forgotten, not closed: its memory is freed by its finalizer.")]
internal sealed class Pool<T>
    where T : unmanaged, IPooled
{
    /// <summary>Records a block: what is marked, copied and written together.</summary>
    public const int BlockLength = 1 << BlockBits;

    private const int BlockBits = 6;
    private const byte Clean = 0;
    private const byte Dirty = 1;
    private const byte Frozen = 2;
    private readonly RecordBlocks<T> _records = new();

    private readonly Lock _gate = new();

    // The stream's thread alone makes a mark Dirty; the thread that writes a checkpoint makes Frozen ones Clean, under the
    // gate. So the stream may trust a Dirty that it reads without the gate.
    private byte[] _marks = new byte[4];
    private PoolFreeze<T>? _freeze;
    private int _free = -1;
    private int _room;

    /// <summary>Places given out so far, free ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Places in use.</summary>
    public int Alive { get; private set; }

    /// <summary>Bytes of a record.</summary>
    public int RecordSize => _records.RecordSize;

    /// <summary>Memory reserved, in bytes.</summary>
    public long Bytes => _records.Bytes + _marks.Length;

    /// <summary>The first free place of the chain; -1 = none.</summary>
    public int FirstFree => _free;

    /// <summary>The record at <paramref name="index"/>, to be read.</summary>
    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _records[index];
    }

    /// <summary>The record at <paramref name="index"/>, to be written; the reference is good until the next event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Change(int index)
    {
        if (_marks[index >> BlockBits] != Dirty)
        {
            MarkDirty(index >> BlockBits);
        }

        return ref _records[index];
    }

    /// <summary>Starts to load a record that will be read soon.</summary>
    public void Prefetch(int index) => _records.Prefetch(index);

    /// <summary>A place whose content is whatever was there before.</summary>
    public int Take()
    {
        int index = _free;
        if (index >= 0)
        {
            _free = _records[index].NextFree;
        }
        else
        {
            index = Count++;
            if (Count > _room)
            {
                Reserve(Count);
            }

            Change(index) = default;
        }

        Change(index).IsAlive = true;
        Alive++;
        return index;
    }

    /// <summary>Gives a place back.</summary>
    public void Give(int index)
    {
        ref T record = ref Change(index);
        record.IsAlive = false;
        record.NextFree = _free;
        _free = index;
        Alive--;
    }

    /// <summary>
    /// Begins a checkpoint of what changed since the last one, or of everything. Nothing is copied here; the freeze is written by another thread
    /// (<see cref="PoolFreeze{T}.WriteTo"/>) while this pool goes on.
    /// </summary>
    /// <exception cref="InvalidOperationException">The freeze before has not been written yet.</exception>
    public PoolFreeze<T> Freeze(bool everything)
    {
        if (_freeze is { IsDone: false })
        {
            throw new InvalidOperationException("A checkpoint is still being written; wait for it before the next one.");
        }

        int blocks = (Count + BlockLength - 1) >> BlockBits;
        for (int block = 0; block < blocks; block++)
        {
            if (everything || _marks[block] == Dirty)
            {
                _marks[block] = Frozen;
            }
        }

        _freeze = new PoolFreeze<T>(this, blocks);
        return _freeze;
    }

    /// <summary>Makes room for the records of a checkpoint and takes over its chain of free places.</summary>
    public void BeginRestore(int count, int firstFree)
    {
        Count = count;
        _free = firstFree;
        Reserve(count);
    }

    /// <summary>Overwrites records of a block with what a checkpoint holds of them.</summary>
    public void RestoreBlock(int block, ReadOnlySpan<T> records)
    {
        for (int i = 0; i < records.Length; i++)
        {
            _records[(block << BlockBits) + i] = records[i];
        }
    }

    /// <summary>Says how many places are in use, after all blocks are restored.</summary>
    public void EndRestore(int alive) => Alive = alive;

    /// <summary>Copies a block that still waits for the checkpoint and makes it clean. For the thread that writes the freeze.</summary>
    internal bool TryTakeFrozen(int block, Span<T> destination)
    {
        lock (_gate)
        {
            if (_marks[block] != Frozen)
            {
                return false;
            }

            _marks[block] = Clean;
            CopyBlock(block, destination);
            return true;
        }
    }

    /// <summary>Copies the records of a block, as far as <paramref name="destination"/> reaches.</summary>
    internal void CopyBlock(int block, Span<T> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = _records[(block << BlockBits) + i];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MarkDirty(int block)
    {
        lock (_gate)
        {
            if (_marks[block] == Frozen && _freeze is { IsDone: false } freeze)
            {
                freeze.CopyAside(block);
            }

            _marks[block] = Dirty;
        }
    }

    private void Reserve(int count)
    {
        lock (_gate)
        {
            _records.Reserve(count);
            if (count > _marks.Length << BlockBits)
            {
                Array.Resize(ref _marks, Math.Max(_marks.Length * 2, (count >> BlockBits) + 1));
            }

            _room = (int)Math.Min(_records.Capacity, (long)_marks.Length << BlockBits);
        }
    }
}
