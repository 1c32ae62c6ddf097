namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>eviction</c> of a slot.</summary>
internal static class EvictionReader
{
    private const string Key = "eviction";

    /// <param name="slot">The slot.</param>
    /// <param name="sharing">An earlier slot of the same table, or null.</param>
    public static EvictionOptions Read(Section slot, Slot? sharing)
    {
        Section section = slot.Child(Key);
        EvictionOptions standard = sharing is not null && !slot.Has(Key) ? sharing.Eviction : new();
        var eviction = new EvictionOptions
        {
            Days = ReadDays(section) ?? standard.Days,
            MinNorm = section.Number("min_norm", standard.MinNorm, NumberRange.Multiple),
            MaxRows = section.Integer("max_rows", standard.MaxRows, 1, int.MaxValue),
            Decay = section.Number("decay", standard.Decay, NumberRange.PartOfAll),
            PositiveWeight = section.Number("positive_weight", standard.PositiveWeight, NumberRange.Multiple),
        };
        foreach (string key in (string[])["decay", "positive_weight"])
        {
            if (section.Has(key) && !section.Has("max_rows"))
            {
                section.Report(key, "It makes the score by which rows over max_rows go, and there is no max_rows.", "Add max_rows, or remove it.");
            }
        }

        if (sharing is not null && sharing.Eviction != eviction)
        {
            slot.Report(slot.Has(Key) ? Key : "table", $"The slot \"{sharing.Name}\" of the same table has another.", "Write the same eviction in both, or leave it out of the later one.");
        }

        section.Close();
        return eviction;
    }

    private static int? ReadDays(Section section)
    {
        TimeSpan? ttl = section.OptionalDuration("ttl", TimeSpan.FromDays(1), TimeSpan.FromDays(3650));
        if (ttl is { } time && time.TotalDays != Math.Floor(time.TotalDays))
        {
            section.Report("ttl", "Rows know the day they were last seen on, not the hour.", "Write whole days, as in 14d.");
        }

        return (int?)ttl?.TotalDays;
    }
}
