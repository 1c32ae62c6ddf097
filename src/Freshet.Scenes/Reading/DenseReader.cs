namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>dense</c>, the numbers of the network's input.</summary>
internal static class DenseReader
{
    private static readonly (string, Scaling)[] s_scalings =
        [("none", Scaling.None), ("log1p", Scaling.Log1p), ("standard", Scaling.Standard)];

    private static readonly string[] s_standardKeys = ["mean", "deviation"];

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<DenseFeature> Read(Section root, NumericSourceReader numbers)
    {
        var features = new List<DenseFeature>();
        foreach ((string name, Section section) in root.NamedChildren("dense"))
        {
            NumericSource? source = numbers.Read(section, "source");
            if (!section.Has("source"))
            {
                section.Report("It does not say where its number comes from.", "Add 'source', as in 'source: rate.item.click.1h'.");
            }

            Scaling scaling = section.Choice("scaling", Scaling.None, s_scalings);
            double mean = section.Number("mean", 0, NumberRange.Any);
            double deviation = section.Number("deviation", 1, NumberRange.Positive);
            foreach (string key in s_standardKeys.Where(section.Has))
            {
                if (scaling != Scaling.Standard)
                {
                    section.Report(key, "It has no effect without standard scaling.", "Add 'scaling: standard', or remove it.");
                }
            }

            section.Close();
            features.Add(new DenseFeature
            {
                Name = name,
                Source = source ?? new NumericSource { Kind = NumericKind.DayFraction },
                Scaling = scaling,
                Mean = mean,
                Deviation = deviation,
            });
        }

        return features;
    }
}
