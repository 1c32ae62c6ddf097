namespace Freshet.Scenes.Reading;

/// <summary>Reads the units of the layers of a network, as in <c>layers: [256, 128, 64]</c>.</summary>
internal static class LayersReader
{
    private const int MostLayers = 16;
    private const int WidestLayer = 4096;

    public static IReadOnlyList<int> Read(Section section, string key, IReadOnlyList<int> standard)
    {
        if (section.List(key) is not { } items)
        {
            return standard;
        }

        var layers = new List<int>();
        foreach (YamlScalar item in items)
        {
            if (!SectionValues.TryInteger(item, 1, WidestLayer, out int units))
            {
                section.Report(key, $"A layer of {item.Found} units cannot be.", $"Write whole numbers from 1 to {WidestLayer}.");
                return standard;
            }

            layers.Add(units);
        }

        if (layers.Count is 0 or > MostLayers)
        {
            section.Report(key, $"There are {layers.Count}.", $"Write 1 to {MostLayers} of them, as in [{string.Join(", ", standard)}].");
        }

        return layers;
    }
}
