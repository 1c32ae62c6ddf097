using Freshet.Core.Checkpoints;
using Freshet.Native;

namespace Freshet.Samples.Joining;

/// <summary>
/// The records of a pool at one moment, as far as a checkpoint needs them: written by a thread of its own while the stream
/// changes the pool.
/// </summary>
internal sealed class PoolFreeze<T>
    where T : unmanaged, IPooled
{
    private readonly Pool<T> _pool;
    private readonly Lock _gate = new();
    private readonly Stack<T[]> _spare = new();
    private readonly Queue<(int Block, T[] Records)> _aside = new();
    private readonly int _blocks;
    private readonly int _count;
    private readonly int _firstFree;
    private volatile bool _isDone;

    /// <summary>Called by <see cref="Pool{T}.Freeze"/>, on the stream's thread.</summary>
    public PoolFreeze(Pool<T> pool, int blocks)
    {
        _pool = pool;
        _blocks = blocks;
        _count = pool.Count;
        _firstFree = pool.FirstFree;
    }

    /// <summary>Whether nothing waits here any more.</summary>
    public bool IsDone => _isDone;

    /// <summary>Copies a block as it was at the freeze. For the stream, just before it changes the block.</summary>
    public void CopyAside(int block)
    {
        T[]? records;
        lock (_gate)
        {
            if (!_spare.TryPop(out records))
            {
                records = new T[Pool<T>.BlockLength];
            }
        }

        _pool.CopyBlock(block, records.AsSpan(0, LengthOf(block)));
        lock (_gate)
        {
            _aside.Enqueue((block, records));
        }
    }

    /// <summary>Writes count, chain of free places and blocks; to be called once.</summary>
    public void WriteTo(CheckpointWriter writer)
    {
        writer.Write(_count);
        writer.Write(_firstFree);
        var buffer = new T[Pool<T>.BlockLength];
        try
        {
            for (int block = 0; block < _blocks; block++)
            {
                Span<T> records = buffer.AsSpan(0, LengthOf(block));
                if (_pool.TryTakeFrozen(block, records))
                {
                    Write(writer, block, records);
                }

                WriteAside(writer);
            }
        }
        finally
        {
            _isDone = true;
        }

        WriteAside(writer);
        writer.Write(-1);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote into <paramref name="pool"/>, over what it holds.</summary>
    /// <exception cref="CheckpointException">The content is not that of such a pool.</exception>
    public static void Restore(CheckpointReader reader, Pool<T> pool)
    {
        int count = reader.ReadInt32(), firstFree = reader.ReadInt32();
        reader.Expect(
            count >= pool.Count && firstFree < count && (count - (long)pool.Count) * pool.RecordSize <= reader.Rest, "a pool");
        pool.BeginRestore(count, firstFree);
        var buffer = new T[Pool<T>.BlockLength];
        for (int block; (block = reader.ReadInt32()) >= 0;)
        {
            reader.Expect((long)block * Pool<T>.BlockLength < count, "a block of records");
            Span<T> records = buffer.AsSpan(0, Length(block, count));
            reader.Read(ByteView.Of(records));
            pool.RestoreBlock(block, records);
        }
    }

    private int LengthOf(int block) => Length(block, _count);

    private static int Length(int block, int count) => Math.Min(Pool<T>.BlockLength, count - (block * Pool<T>.BlockLength));

    private void WriteAside(CheckpointWriter writer)
    {
        while (true)
        {
            (int block, T[] records) next;
            lock (_gate)
            {
                if (!_aside.TryDequeue(out next))
                {
                    return;
                }
            }

            Write(writer, next.block, next.records.AsSpan(0, LengthOf(next.block)));
            lock (_gate)
            {
                _spare.Push(next.records);
            }
        }
    }

    private static void Write(CheckpointWriter writer, int block, ReadOnlySpan<T> records)
    {
        writer.Write(block);
        writer.Write(ByteView.Of(records));
    }
}
