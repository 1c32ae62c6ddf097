namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>cross</c>, the earlier slots that a slot combines.</summary>
internal static class CrossReader
{
    private const string Key = "cross";

    /// <summary>Indices in <paramref name="earlier"/>; empty where there is no cross.</summary>
    public static IReadOnlyList<int> Read(Section section, List<Slot> earlier, List<string> all)
    {
        if (section.List(Key) is not { } names)
        {
            return [];
        }

        if (names.Count is not (2 or 3))
        {
            section.Report(Key, $"It has {names.Count} slots.", "List 2 or 3.");
        }

        var indices = new List<int>();
        foreach (YamlScalar name in names)
        {
            int index = earlier.FindIndex(slot => slot.Name == name.Text);
            if (index >= 0 && !indices.Contains(index))
            {
                indices.Add(index);
            }
            else if (index >= 0)
            {
                section.Report(Key, $"{name.Found} is there twice.", "List each slot once.");
            }
            else if (all.Contains(name.Text))
            {
                section.Report(Key, $"{name.Found} is this slot or a later one.", "Move the cross below the slots that it combines.");
            }
            else
            {
                section.Report(Key, $"{name.Found} is no slot.", Suggestion.For(name.Text, [.. earlier.Select(slot => slot.Name)], "Put the slots that it combines above it."));
            }
        }

        return indices;
    }
}
