using Freshet.Native;
using Freshet.Native.Ids;

namespace Freshet.Embeddings;

/// <summary>The end of a table's bytes: how often ids without a row were sighted (docs/formats.md). Changing the layout needs a new format version.</summary>
internal static class SightingCountsFile
{
    // Ids, error and largest count; all 0 without a sketch.
    private const int SettingsSize = 4 + 8 + 4;
    private const int NumberSize = 4;

    public static long Size(SightingCounts counts) => SettingsSize +
        (counts.Sketch is { } sketch ? NumberSize + ((long)Used(sketch) * (NumberSize + CountSketch.PageSize)) : 8 + (counts.Exact!.Count * 12L));

    public static void Write(SightingCounts counts, SightingSketch settings, BinaryWriter writer)
    {
        writer.Write(settings.Ids);
        writer.Write(settings.Error);
        writer.Write(settings.Largest);
        if (counts.Sketch is { } sketch)
        {
            WritePages(sketch, writer);
            return;
        }

        ulong[] ids = new ulong[counts.Exact!.Count];
        uint[] sightings = new uint[ids.Length];
        counts.Exact.CopyTo(ids, sightings);
        Array.Sort(ids, sightings);
        writer.Write((long)ids.Length);
        writer.Write(ByteView.Of<ulong>((ReadOnlySpan<ulong>)ids));
        writer.Write(ByteView.Of<uint>((ReadOnlySpan<uint>)sightings));
    }

    /// <summary>Reads what <see cref="Write"/> wrote into counts of nothing.</summary>
    /// <exception cref="InvalidDataException">They are of other settings, or do not keep the format.</exception>
    public static void Read(SightingCounts counts, EmbeddingTableOptions own, BinaryReader reader)
    {
        var stored = new SightingSketch(reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt32());
        if (stored != own.Sketch)
        {
            throw new InvalidDataException($"the ids of its table '{own.Name}' are counted in {stored}, those of the scene's in {own.Sketch}");
        }

        if (counts.Sketch is { } sketch)
        {
            ReadPages(sketch, reader);
            return;
        }

        foreach (ulong id in EmbeddingTableFile.ReadIds(reader, "counted ids").ToList())
        {
            counts.Exact!.Set(id, reader.ReadUInt32());
        }
    }

    private static int Used(CountSketch sketch)
    {
        int used = 0;
        for (int page = 0; page < sketch.Pages; page++)
        {
            used += sketch.Page(page).IsEmpty ? 0 : 1;
        }

        return used;
    }

    private static void WritePages(CountSketch sketch, BinaryWriter writer)
    {
        writer.Write(Used(sketch));
        for (int page = 0; page < sketch.Pages; page++)
        {
            if (!sketch.Page(page).IsEmpty)
            {
                writer.Write(page);
                writer.Write(sketch.Page(page));
            }
        }
    }

    private static void ReadPages(CountSketch sketch, BinaryReader reader)
    {
        byte[] cells = new byte[CountSketch.PageSize];
        int used = reader.ReadInt32();
        for (int last = -1; used > 0; used--)
        {
            int page = reader.ReadInt32();
            if (page <= last || page >= sketch.Pages)
            {
                throw new InvalidDataException($"page {page} of its sketch of {sketch.Pages} comes after page {last}");
            }

            reader.BaseStream.ReadExactly(cells);
            if (!sketch.TrySetPage(page, cells))
            {
                throw new InvalidDataException($"page {page} of its sketch has a count above {sketch.Largest}");
            }

            last = page;
        }
    }
}
