namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>bucket</c> and its <c>boundaries</c>.</summary>
internal static class BucketReader
{
    private const string Key = "boundaries";

    /// <summary>Null where the slot has no bucket, or none that can be read.</summary>
    public static BucketSource? Read(Section section, NumericSourceReader numbers)
    {
        NumericSource? source = numbers.Read(section, "bucket");
        IReadOnlyList<YamlScalar>? items = section.List(Key);
        if (!section.Has("bucket"))
        {
            if (section.Has(Key))
            {
                section.Report(Key, "Only a bucket has boundaries.", "Remove them, or write 'bucket' in place of the slot's origin.");
            }

            return null;
        }

        var boundaries = new List<double>();
        foreach (YamlScalar item in items ?? [])
        {
            if (!SectionValues.TryNumber(item.Text, out double boundary))
            {
                section.Report(Key, $"{item.Found} is no number.", "Write numbers only, the smallest first.");
                return null;
            }

            if (boundaries.Count > 0 && boundary <= boundaries[^1])
            {
                section.Report(Key, $"{item.Found} does not rise above the boundary before it.", "Write each once, the smallest first.");
                return null;
            }

            boundaries.Add(boundary);
        }

        if (boundaries.Count == 0)
        {
            section.Report(Key, "The bucket has no boundary.", "Write at least one, as in [0.1, 0.2, 0.4].");
        }

        return source is null ? null : new BucketSource(source, boundaries);
    }
}
