namespace Freshet.Core.Scenes.Reading;

/// <summary>Reads <c>model</c>.</summary>
internal static class ModelReader
{
    private const int MostLayers = 16;
    private const int WidestLayer = 4096;
    private static readonly (string, string)[] s_names = [("lr", "lr"), ("deepfm", "deepfm"), ("esmm", "esmm")];

    public static ModelOptions Read(Section root)
    {
        Section section = root.Child("model");
        var standard = new ModelOptions();
        int position = section.Integer("reference_position", -1, 0, 1_000_000);
        var options = new ModelOptions
        {
            Name = section.Choice("name", standard.Name, s_names),
            Dim = section.Integer("dim", standard.Dim, 1, 256),
            Layers = ReadLayers(section) ?? standard.Layers,
            PositionBias = section.Flag("position_bias", standard.PositionBias),
            ReferencePosition = position < 0 ? null : position,
            Seed = section.Seed("seed", standard.Seed),
        };
        section.Close();
        return options;
    }

    private static List<int>? ReadLayers(Section section)
    {
        if (section.List("layers") is not { } items)
        {
            return null;
        }

        var layers = new List<int>();
        foreach (YamlScalar item in items)
        {
            if (!SectionValues.TryInteger(item, 1, WidestLayer, out int units))
            {
                section.Report("layers", $"A layer of {item.Found} units cannot be.", $"Write whole numbers from 1 to {WidestLayer}.");
                return null;
            }

            layers.Add(units);
        }

        if (layers.Count is 0 or > MostLayers)
        {
            section.Report("layers", $"There are {layers.Count}.", $"Write 1 to {MostLayers} of them, as in [256, 128, 64].");
        }

        return layers;
    }
}
