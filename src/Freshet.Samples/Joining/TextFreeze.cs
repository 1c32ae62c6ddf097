using Freshet.Core.Checkpoints;

namespace Freshet.Samples.Joining;

/// <summary>The texts of a store that a checkpoint still lacks, at one moment: written by a thread of its own.</summary>
internal sealed class TextFreeze(int open)
{
    private readonly List<(int Block, byte[] Text, int From, int To)> _parts = [];
    private volatile bool _isDone;

    /// <summary>Whether nothing waits here any more.</summary>
    public bool IsDone => _isDone;

    /// <summary>Adds the bytes <c>[from, to)</c> of a block.</summary>
    public void Add(int block, byte[] text, int from, int to) => _parts.Add((block, text, from, to));

    /// <summary>Writes the parts; to be called once.</summary>
    public void WriteTo(CheckpointWriter writer)
    {
        try
        {
            foreach ((int block, byte[] text, int from, int to) in _parts)
            {
                writer.Write(block);
                writer.Write(text.Length);
                writer.Write(from);
                writer.Write(to);
                writer.Write(text.AsSpan(from..to));
            }

            writer.Write(-1);
            writer.Write(open);
        }
        finally
        {
            _isDone = true;
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote into <paramref name="store"/>.</summary>
    /// <exception cref="CheckpointException">The content is not that of such a store.</exception>
    public static void Restore(CheckpointReader reader, TextStore store)
    {
        for (int block; (block = reader.ReadInt32()) >= 0;)
        {
            int size = reader.ReadInt32(), from = reader.ReadInt32(), to = reader.ReadInt32();
            reader.Expect(
                block < TextStore.MaxBlocks && from >= 0 && from <= to && to <= size && size <= TextStore.MaxBlockSize && to - from <= reader.Rest,
                "a block of texts");
            reader.Read(store.Restore(block, size, from, to));
        }

        store.RestoreOpen(reader.ReadInt32());
    }
}
