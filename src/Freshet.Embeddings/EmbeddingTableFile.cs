using System.Text;
using Freshet.Kernels;

namespace Freshet.Embeddings;

/// <summary>A table as bytes: the payload of a <c>TABL</c> section (docs/formats.md). Equal tables give equal bytes.</summary>
/// <remarks>Ids ascend, so the order of insertion leaves no trace. Changing the layout needs a new format version.</remarks>
public static class EmbeddingTableFile
{
    private const int Chunk = 4096;

    /// <summary>Bytes that <see cref="Write"/> will write.</summary>
    public static long Size(EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        long counted = table.Sightings.Ids.Length - CountAdmitted(table);
        return 4 + Encoding.UTF8.GetByteCount(table.Options.Name) + 4 + 4
            + 8 + (table.Count * (8L + (4 * StoredLength(table)))) + 8 + (counted * 12);
    }

    /// <summary>Writes rows and counts.</summary>
    public static void Write(EmbeddingTable table, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(writer);
        byte[] name = Encoding.UTF8.GetBytes(table.Options.Name);
        writer.Write(name.Length);
        writer.Write(name);
        writer.Write(table.Options.Dim);
        writer.Write(table.Options.Tasks);
        WriteRows(table, writer);
        WriteSightings(table, writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty table of the same options.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another table, or do not keep the format.</exception>
    /// <exception cref="EndOfStreamException">The bytes end too early.</exception>
    public static void Read(EmbeddingTable table, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(reader);
        RequireSame(table, reader);
        long rows = ReadCount(reader, "rows");
        ulong[] ids = new ulong[Chunk];
        ulong last = 0;
        for (long row = 0; row < rows; row += Chunk)
        {
            foreach (ulong id in ReadIds(reader, ids, rows - row, ref last, isFirst: row == 0))
            {
                table.Admit(id);
            }
        }

        for (int row = 0; row < rows; row++)
        {
            reader.BaseStream.ReadExactly(ByteView.Of(table.Stored(row)));
        }

        ReadSightings(table, reader);
    }

    private static int StoredLength(EmbeddingTable table) => (2 * table.Options.Dim) + (3 * table.Options.Tasks);

    private static int CountAdmitted(EmbeddingTable table)
    {
        int admitted = 0;
        foreach (ulong id in table.Sightings.Ids)
        {
            admitted += table.Find(id) >= 0 ? 1 : 0;
        }

        return admitted;
    }

    private static void WriteRows(EmbeddingTable table, BinaryWriter writer)
    {
        ulong[] ids = table.Ids.ToArray();
        Array.Sort(ids);
        writer.Write((long)ids.Length);
        writer.Write(ByteView.Of<ulong>((ReadOnlySpan<ulong>)ids));
        foreach (ulong id in ids)
        {
            writer.Write(ByteView.Of<float>((ReadOnlySpan<float>)table.Stored(table.Find(id))));
        }
    }

    private static void WriteSightings(EmbeddingTable table, BinaryWriter writer)
    {
        ulong[] ids = table.Sightings.Ids.ToArray();
        ids = Array.FindAll(ids, id => table.Find(id) < 0);
        Array.Sort(ids);
        writer.Write((long)ids.Length);
        writer.Write(ByteView.Of<ulong>((ReadOnlySpan<ulong>)ids));
        foreach (ulong id in ids)
        {
            writer.Write(table.Sightings.Of(id));
        }
    }

    private static void RequireSame(EmbeddingTable table, BinaryReader reader)
    {
        int length = reader.ReadInt32();
        if (length is < 0 or > 4096)
        {
            throw new InvalidDataException($"the name of a table has {length} bytes");
        }

        byte[] bytes = new byte[length];
        reader.BaseStream.ReadExactly(bytes);
        string name = Encoding.UTF8.GetString(bytes);
        (int dim, int tasks) = (reader.ReadInt32(), reader.ReadInt32());
        EmbeddingTableOptions own = table.Options;
        if (name != own.Name || dim != own.Dim || tasks != own.Tasks)
        {
            throw new InvalidDataException(
                $"it has table '{name}' with Dim {dim} and {tasks} tasks where '{own.Name}' with Dim {own.Dim} and {own.Tasks} tasks is expected");
        }
    }

    private static void ReadSightings(EmbeddingTable table, BinaryReader reader)
    {
        long counted = ReadCount(reader, "counted ids");
        ulong[] ids = new ulong[Chunk];
        var counting = new List<ulong>();
        ulong last = 0;
        for (long at = 0; at < counted; at += Chunk)
        {
            counting.AddRange(ReadIds(reader, ids, counted - at, ref last, isFirst: at == 0));
        }

        foreach (ulong id in counting)
        {
            table.Sightings.Set(id, reader.ReadUInt32());
        }
    }

    private static long ReadCount(BinaryReader reader, string what)
    {
        long count = reader.ReadInt64();
        return count is >= 0 and <= int.MaxValue ? count : throw new InvalidDataException($"it says to hold {count} {what}");
    }

    private static ReadOnlySpan<ulong> ReadIds(BinaryReader reader, ulong[] ids, long left, ref ulong last, bool isFirst)
    {
        int count = (int)Math.Min(Chunk, left);
        reader.BaseStream.ReadExactly(ByteView.Of(ids.AsSpan(0, count)));
        for (int i = 0; i < count; i++)
        {
            if (ids[i] <= last && !(isFirst && i == 0))
            {
                throw new InvalidDataException($"its ids do not ascend: {ids[i]} comes after {last}");
            }

            last = ids[i];
        }

        return ids.AsSpan(0, count);
    }
}
