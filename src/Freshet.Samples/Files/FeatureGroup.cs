namespace Freshet.Samples.Files;

/// <summary>A row group of a feature file that holds snapshots that are wanted.</summary>
internal sealed class FeatureGroup(ParquetRows file, int group)
{
    /// <summary>Wanted snapshots that have not been passed.</summary>
    public int Wanted { get; set; }

    /// <summary>The group's columns, from the first snapshot that is asked for until the last is passed.</summary>
    public SnapshotBlock? Block { get; private set; }

    /// <summary>Reads the columns into <paramref name="block"/>.</summary>
    public void Load(SnapshotBlock block)
    {
        block.Load(file, group);
        Block = block;
    }

    /// <summary>Gives the block back; null where there is none.</summary>
    public SnapshotBlock? Release()
    {
        SnapshotBlock? block = Block;
        Block = null;
        return block;
    }
}
