using System.Text;
using Freshet.Kernels.Rows;
using Freshet.Native;
using Freshet.Scenes;

namespace Freshet.Embeddings;

/// <summary>
/// A table as bytes: the payload of a <c>TABL</c> section (docs/embeddings.md, "As bytes"). Equal tables give equal bytes.
/// </summary>
/// <remarks>Ids ascend, so the order of insertion leaves no trace. Changing the layout needs a new format version.</remarks>
public static class EmbeddingTableFile
{
    private const int Chunk = 4096;

    /// <summary>Bytes that <see cref="Write"/> will write.</summary>
    public static long Size(EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return 4 + Encoding.UTF8.GetByteCount(table.Options.Name) + 4 + 4 + 4 + 4
            + 8 + (table.Count * (8L + (4 * table.RowLength))) + SightingCountsFile.Size(table.Sightings);
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
        writer.Write(OptimizerCode.Of(table.Options.Optimizer));
        writer.Write((int)table.Options.LifeParts);
        WriteRows(table, writer);
        SightingCountsFile.Write(table.Sightings, table.Options.Sketch, writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty table of the same options. No row counts as changed.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another table, or do not keep the format.</exception>
    /// <exception cref="EndOfStreamException">The bytes end too early.</exception>
    public static void Read(EmbeddingTable table, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(reader);
        RequireSame(table, reader);
        foreach (ulong id in ReadIds(reader, "rows"))
        {
            table.Admit(id);
        }

        ReadRows(table, table.Count, reader);
        SightingCountsFile.Read(table.Sightings, table.Options, reader);
        table.ClearChanges();
    }

    private static void WriteRows(EmbeddingTable table, BinaryWriter writer)
    {
        ulong[] ids = new ulong[table.Count];
        int[] rows = new int[table.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            (ids[row], rows[row]) = (table.IdOf(row), row);
        }

        Array.Sort(ids, rows);
        writer.Write((long)ids.Length);
        writer.Write(ByteView.Of<ulong>((ReadOnlySpan<ulong>)ids));

        // The parts of a row side by side.
        int length = table.RowLength, state = table.Vectors.Stride, wide = state + table.State.Stride, life = wide + table.Wide.Stride;
        float[] buffer = new float[Chunk * length];
        for (int first = 0; first < rows.Length; first += Chunk)
        {
            ReadOnlySpan<int> some = rows.AsSpan(first, Math.Min(Chunk, rows.Length - first));
            RowGather.Copy(table.Vectors, some, 0, table.Vectors.Stride, buffer, length);
            RowGather.Copy(table.State, some, 0, table.State.Stride, buffer.AsSpan(state), length);
            RowGather.Copy(table.Wide, some, 0, table.Wide.Stride, buffer.AsSpan(wide), length);
            RowGather.Copy(table.Life.Rows, some, 0, table.Options.LifeLength, buffer.AsSpan(life), length);
            writer.Write(ByteView.Of<float>((ReadOnlySpan<float>)buffer.AsSpan(0, some.Length * length)));
        }
    }

    private static void ReadRows(EmbeddingTable table, int rows, BinaryReader reader)
    {
        int length = table.RowLength;
        float[] buffer = new float[Chunk * length];
        for (int first = 0; first < rows; first += Chunk)
        {
            int some = Math.Min(Chunk, rows - first);
            reader.BaseStream.ReadExactly(ByteView.Of(buffer.AsSpan(0, some * length)));
            for (int row = 0; row < some; row++)
            {
                table.WriteRow(first + row, buffer.AsSpan(row * length, length));
            }
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
        (int dim, int tasks, RowOptimizer optimizer) = (reader.ReadInt32(), reader.ReadInt32(), OptimizerCode.Read(reader.ReadInt32()));
        var life = (RowLifeParts)reader.ReadInt32();
        EmbeddingTableOptions own = table.Options;
        if (name != own.Name || dim != own.Dim || tasks != own.Tasks)
        {
            throw new InvalidDataException(
                $"it has table '{name}' with Dim {dim} and {tasks} tasks where '{own.Name}' with Dim {own.Dim} and {own.Tasks} tasks is expected");
        }

        if (optimizer != own.Optimizer)
        {
            throw new InvalidDataException($"the rows of its table '{name}' learnt by {optimizer}, those of the scene's learn by {own.Optimizer}");
        }

        if (life != own.LifeParts)
        {
            throw new InvalidDataException(
                $"the rows of its table '{name}' know of themselves: {life}; those of the scene's, by dynamic_l1 and eviction: {own.LifeParts}");
        }
    }

    /// <summary>Reads how many ids there are, and the ids as they are asked for; they ascend.</summary>
    /// <exception cref="InvalidDataException">They do not ascend, or their number is none.</exception>
    internal static IEnumerable<ulong> ReadIds(BinaryReader reader, string what)
    {
        long count = reader.ReadInt64();
        if (count is < 0 or >= int.MaxValue)
        {
            throw new InvalidDataException($"it says to hold {count} {what}");
        }

        ulong[] ids = new ulong[Chunk];
        ulong last = 0;
        for (long first = 0; first < count; first += Chunk)
        {
            int some = (int)Math.Min(Chunk, count - first);
            reader.BaseStream.ReadExactly(ByteView.Of(ids.AsSpan(0, some)));
            for (int i = 0; i < some; i++)
            {
                if (ids[i] <= last && first + i > 0)
                {
                    throw new InvalidDataException($"its ids do not ascend: {ids[i]} comes after {last}");
                }

                last = ids[i];
                yield return last;
            }
        }
    }
}
