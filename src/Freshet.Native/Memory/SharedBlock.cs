using System.Runtime.InteropServices;

namespace Freshet.Native.Memory;

/// <summary>The head of a block of native memory that several may hold: its only owner may write it, all may read it.</summary>
/// <remarks>Owners may be on different threads. Nobody but an owner can make another, so who finds itself alone stays alone.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SharedBlock
{
    // What malloc keeps beside a block.
    private const int Overhead = 16;

    private int _owners;
    private int _size;

    /// <summary>Whether another holds it too: it must not be written.</summary>
    public bool IsShared => Volatile.Read(ref _owners) > 1;

    /// <summary>Its memory, divided by its owners.</summary>
    public readonly double Bytes => (double)(_size + Overhead) / _owners;

    /// <summary>A block with one owner. What follows its head is undefined.</summary>
    /// <param name="size">Bytes, the head included.</param>
    public static SharedBlock* Allocate(int size)
    {
        var block = (SharedBlock*)NativeMemory.Alloc((nuint)size);
        *block = new SharedBlock { _owners = 1, _size = size };
        return block;
    }

    /// <summary>One owner more.</summary>
    public static void Share(SharedBlock* block) => Interlocked.Increment(ref block->_owners);

    /// <summary>One owner less; the last one frees it.</summary>
    public static void Release(SharedBlock* block)
    {
        if (Interlocked.Decrement(ref block->_owners) == 0)
        {
            NativeMemory.Free(block);
        }
    }
}
