using Freshet.Core.Snapshots;

namespace Freshet.Samples.Files;

/// <summary>One feature snapshot as bytes, for checkpoints; changing it needs a new format version.</summary>
internal static class SnapshotBytes
{
    public static void Write(BinaryWriter writer, SnapshotColumns columns, int row)
    {
        foreach (float dense in columns.Dense(row))
        {
            writer.Write(dense);
        }

        for (int slot = 0; slot < columns.Schema.Slots.Count; slot++)
        {
            ReadOnlySpan<ulong> ids = columns.Ids(row, slot);
            writer.Write7BitEncodedInt(ids.Length);
            foreach (ulong id in ids)
            {
                writer.Write(id);
            }
        }

        ReadOnlySpan<ulong> items = columns.HistoryItems(row);
        writer.Write7BitEncodedInt(items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            writer.Write(items[i]);
            writer.Write(columns.HistoryBehaviours(row)[i]);
            writer.Write(columns.HistoryTimes(row)[i]);
        }

        writer.Write(columns.BiasId(row));
        writer.Write(columns.ReferenceBiasId(row));
    }

    /// <summary>Reads a snapshot and appends it to <paramref name="columns"/>, of the same scene.</summary>
    public static void Read(BinaryReader reader, SnapshotColumns columns)
    {
        foreach (ref float dense in columns.BeginRow())
        {
            dense = reader.ReadSingle();
        }

        for (int slot = 0; slot < columns.Schema.Slots.Count; slot++)
        {
            for (int count = reader.Read7BitEncodedInt(); count > 0; count--)
            {
                columns.AddId(reader.ReadUInt64());
            }

            columns.EndSlot();
        }

        for (int count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            columns.AddHistory(reader.ReadUInt64(), reader.ReadByte(), reader.ReadInt64());
        }

        columns.EndRow(reader.ReadUInt64(), reader.ReadUInt64());
    }
}
