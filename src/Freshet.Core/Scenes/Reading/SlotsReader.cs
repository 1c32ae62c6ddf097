namespace Freshet.Core.Scenes.Reading;

/// <summary>Reads <c>slots</c>, the sparse features.</summary>
internal static class SlotsReader
{
    private const string Key = "slots";

    private static readonly string[] s_origins = ["source", "cross", "bucket"];

    private const string Carry = "carry";

    private static readonly string[] s_counting = ["full", "incremental", Carry], s_incremental = ["incremental", Carry];

    private static readonly (string, Pooling)[] s_poolings = [("sum", Pooling.Sum), ("mean", Pooling.Mean)];

    private static readonly (string, Freeze)[] s_freezes =
        [("none", Freeze.None), ("rows", Freeze.Rows), ("false", Freeze.None), ("true", Freeze.Rows)];

    private static readonly (string, AdmissionRule)[] s_rules =
        [("hard", AdmissionRule.Hard), ("poisson", AdmissionRule.Poisson), ("none", AdmissionRule.None)];

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<Slot> Read(
        Section root, SelectorReader selectors, NumericSourceReader numbers, DynamicL1Reader dynamicL1)
    {
        IReadOnlyList<(string Name, Section Section)> children = root.NamedChildren(Key);
        var slots = new List<Slot>();
        foreach ((string name, Section section) in children)
        {
            slots.Add(ReadOne(name, section, slots, [.. children.Select(child => child.Name)], selectors, numbers, dynamicL1));
        }

        CheckCarry(children, slots);
        if (slots.Count == 0)
        {
            root.Report(Key, "The scene has no slot that can be read.", "List at least one, as in 'user: { source: user }'.");
        }

        return slots;
    }

    private static Slot ReadOne(
        string name, Section section, List<Slot> earlier, List<string> all, SelectorReader selectors, NumericSourceReader numbers,
        DynamicL1Reader dynamicL1)
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
            Admission = ReadAdmission(section.Child("admission"), freeze),
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

    private static AdmissionOptions ReadAdmission(Section section, Freeze freeze)
    {
        var standard = new AdmissionOptions();
        var admission = new AdmissionOptions
        {
            Rule = section.Choice("rule", standard.Rule, s_rules),
            Full = section.Integer("full", standard.Full, 1, int.MaxValue),
            Incremental = section.Integer("incremental", standard.Incremental, 1, int.MaxValue),
            Carry = section.Flag(Carry, standard.Carry),
        };
        foreach (string key in s_incremental.Where(key => freeze != Freeze.None && section.Has(key)))
        {
            section.Report(key, "The slot's rows are frozen: increments learn none of them.", "Remove it, or remove 'freeze'.");
        }

        foreach (string key in s_counting.Where(key => admission.Rule == AdmissionRule.None && section.Has(key)))
        {
            section.Report(key, "With the rule none the first sighting admits an id.", "Remove it, or write 'rule: hard'.");
        }

        section.Close();
        return admission;
    }

    /// <summary>A table has one count an id, whatever slot sighted it.</summary>
    private static void CheckCarry(IReadOnlyList<(string Name, Section Section)> children, List<Slot> slots)
    {
        for (int i = 0; i < slots.Count; i++)
        {
            Slot first = slots.First(slot => slot.Table == slots[i].Table);
            if (first.Admission.Carry != slots[i].Admission.Carry)
            {
                children[i].Section.Report(
                    "admission", $"Slots that share the table \"{first.Table}\" differ in 'carry'.", "Give all of them the same 'carry'.");
            }
        }
    }
}
