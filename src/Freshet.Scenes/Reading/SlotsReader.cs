namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>slots</c>, the sparse features.</summary>
internal static class SlotsReader
{
    private const string Key = "slots";

    private static readonly string[] s_origins = ["source", "cross", "bucket"];

    private static readonly (string, Pooling)[] s_poolings = [("sum", Pooling.Sum), ("mean", Pooling.Mean)];

    private static readonly (string, Freeze)[] s_freezes =
        [("none", Freeze.None), ("rows", Freeze.Rows), ("rows+inputs", Freeze.RowsAndInputs), ("false", Freeze.None), ("true", Freeze.Rows)];

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<Slot> Read(
        Section root, SelectorReader selectors, NumericSourceReader numbers, DynamicL1Reader dynamicL1,
        CountSketchReader sketches)
    {
        IReadOnlyList<(string Name, Section Section)> children = root.NamedChildren(Key);
        var slots = new List<Slot>();
        foreach ((string name, Section section) in children)
        {
            slots.Add(ReadOne(name, section, slots, [.. children.Select(child => child.Name)], selectors, numbers, dynamicL1, sketches));
        }

        if (slots.Count == 0)
        {
            root.Report(Key, "The scene has no slot that can be read.", "List at least one, as in 'user: { source: user }'.");
        }

        return slots;
    }

    private static Slot ReadOne(
        string name, Section section, List<Slot> earlier, List<string> all, SelectorReader selectors, NumericSourceReader numbers,
        DynamicL1Reader dynamicL1, CountSketchReader sketches)
    {
        string[] origins = [.. s_origins.Where(section.Has)];
        if (origins.Length != 1)
        {
            section.Report(
                $"It has {(origins.Length == 0 ? "no origin" : string.Join(" and ", origins))}.", "Give it exactly one of source, cross and bucket.");
        }

        Freeze freeze = section.Choice("freeze", Freeze.None, s_freezes);
        string table = section.Name("table") ?? name;
        var slot = new Slot
        {
            Name = name,
            Table = table,
            Source = selectors.Read(section, "source"),
            Cross = CrossReader.Read(section, earlier, all),
            Bucket = BucketReader.Read(section, numbers),
            Split = ReadSplit(section),
            Pooling = section.Choice("pooling", Pooling.Sum, s_poolings),
            Freeze = freeze,
            Admission = AdmissionReader.Read(section.Child("admission"), freeze, table, earlier, sketches),
            Eviction = EvictionReader.Read(section, earlier.Find(other => other.Table == table)),
            DynamicL1 = dynamicL1.Read(section, table),
        };
        section.Close();
        return slot;
    }

    private static char? ReadSplit(Section section)
    {
        if (section.Scalar("split") is not { } value)
        {
            return null;
        }

        if (value.Text is not [> ' ' and < '\x7f'])
        {
            section.Report("split", $"It is {value.Found}.", "Write one ASCII character in quotes, as in \",\".");
            return null;
        }

        if (!section.Has("source"))
        {
            section.Report("split", "Only the text of a source can be split.", "Remove it, or give the slot a source.");
        }

        return value.Text[0];
    }
}
