namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>history</c>.</summary>
internal static class HistoryReader
{
    private const int LongestHistory = 50;
    private static readonly string[] s_neededKeys = ["behaviours", "item_slot"];

    public static HistoryOptions Read(Section root, IReadOnlyList<Behaviour> behaviours, IReadOnlyList<Slot> slots)
    {
        Section section = root.Child("history");
        int length = section.Integer("length", 0, 0, LongestHistory);
        IReadOnlyList<int> entering = ReadBehaviours(section, behaviours);
        int itemSlot = ReadItemSlot(section, slots);
        if (length > 0)
        {
            foreach (string key in s_neededKeys.Where(key => !section.Has(key)))
            {
                section.Report($"It has a length and no '{key}'.", "Write 'behaviours: [click]' and 'item_slot: item' beside the length.");
            }
        }

        section.Close();
        return new HistoryOptions { Length = length, Behaviours = entering, ItemSlot = itemSlot };
    }

    private static List<int> ReadBehaviours(Section section, IReadOnlyList<Behaviour> behaviours)
    {
        var indices = new List<int>();
        foreach (YamlScalar name in section.List("behaviours") ?? [])
        {
            int index = behaviours.ToList().FindIndex(behaviour => behaviour.Name == name.Text);
            if (index < 0)
            {
                section.Report("behaviours", $"{name.Found} is no behaviour of this scene.", Suggestion.For(name.Text, [.. behaviours.Select(one => one.Name)], "Add it under 'behaviours'."));
            }
            else if (indices.Contains(index))
            {
                section.Report("behaviours", $"{name.Found} is there twice.", "List each behaviour once.");
            }
            else
            {
                indices.Add(index);
            }
        }

        return indices;
    }

    private static int ReadItemSlot(Section section, IReadOnlyList<Slot> slots)
    {
        if (section.Scalar("item_slot") is not { } name)
        {
            return -1;
        }

        int index = slots.ToList().FindIndex(slot => slot.Name == name.Text);
        if (index < 0)
        {
            section.Report("item_slot", $"{name.Found} is no slot.", Suggestion.For(name.Text, [.. slots.Select(slot => slot.Name)], "Add it under 'slots'."));
        }
        else if (slots[index].Source?.Kind != SelectorKind.Item)
        {
            section.Report("item_slot", $"{name.Found} holds no item ids.", "Name a slot with 'source: item'; a history is a list of items.");
        }

        return index;
    }
}
