namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>counters</c>.</summary>
internal static class CountersReader
{
    private const int LongestKey = 4;

    public static IReadOnlyList<Counter> Read(Section root, SelectorReader selectors)
    {
        var counters = new List<Counter>();
        foreach ((string name, Section section) in root.NamedChildren("counters"))
        {
            IReadOnlyList<YamlScalar>? key = section.List("key");
            if (!section.Has("key") || key is { Count: 0 or > LongestKey })
            {
                section.Report("key", $"It has {key?.Count ?? 0} values.", "List 1 to 4 values to count by, as in [user, item.category].");
            }

            double priorWeight = section.Number("prior_weight", new Counter { Name = name, Key = [] }.PriorWeight, NumberRange.Positive);
            section.Close();
            counters.Add(new Counter
            {
                Name = name,
                Key = [.. (key ?? []).Select(value => selectors.Read(section, "key", value)).OfType<Selector>()],
                PriorWeight = priorWeight,
            });
        }

        return counters;
    }
}
