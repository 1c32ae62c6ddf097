namespace Freshet.Native.Memory;

/// <summary>Arrays of addresses of <see cref="SharedBlock"/>: 0 where there is none; one after the other where several entries lead to one block.</summary>
internal static unsafe class SharedBlocks
{
    /// <summary>The first entry after <paramref name="entry"/> that leads elsewhere.</summary>
    public static int Next(nint[] blocks, int entry)
    {
        nint block = blocks[entry];
        while (++entry < blocks.Length && blocks[entry] == block)
        {
        }

        return entry;
    }

    /// <summary>Memory of the array and of the blocks, of each its owner's share.</summary>
    public static long Bytes(nint[] blocks)
    {
        double bytes = (double)blocks.Length * sizeof(nint);
        for (int entry = 0; entry < blocks.Length; entry = Next(blocks, entry))
        {
            bytes += blocks[entry] == 0 ? 0 : ((SharedBlock*)blocks[entry])->Bytes;
        }

        return (long)bytes;
    }

    /// <summary>Lets the owner of <paramref name="old"/> hold the blocks of <paramref name="source"/> too, and its own no more.</summary>
    /// <returns>The array it holds now: the old one where the lengths are equal.</returns>
    public static nint[] Copy(nint[] source, nint[] old)
    {
        // A block that both have is at the same entries of arrays of one length: it stays.
        bool isAlike = old.Length == source.Length;
        for (int entry = 0; entry < source.Length; entry = Next(source, entry))
        {
            if (source[entry] != 0 && !(isAlike && old[entry] == source[entry]))
            {
                SharedBlock.Share((SharedBlock*)source[entry]);
            }
        }

        for (int entry = 0; entry < old.Length; entry = Next(old, entry))
        {
            if (old[entry] != 0 && !(isAlike && old[entry] == source[entry]))
            {
                SharedBlock.Release((SharedBlock*)old[entry]);
            }
        }

        nint[] copy = isAlike ? old : new nint[source.Length];
        source.CopyTo(copy, 0);
        return copy;
    }

    /// <summary>Holds them no more.</summary>
    public static void Release(nint[] blocks)
    {
        for (int entry = 0; entry < blocks.Length; entry = Next(blocks, entry))
        {
            if (blocks[entry] != 0)
            {
                SharedBlock.Release((SharedBlock*)blocks[entry]);
            }
        }
    }
}
