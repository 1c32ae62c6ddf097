namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>model</c>.</summary>
internal static class ModelReader
{
    private static readonly (string, string)[] s_names =
    [
        .. new[] { "lr", "fm", "wide-deep", "deepfm", "esmm", "esmm-dfm", "esmm-dfm-dmr", "din", "mmoe", "ple", "dcn-v2" }
            .Select(name => (name, name)),
    ];

    private static readonly (string, TaskLinks?)[] s_links = [("tree", TaskLinks.Tree), ("roots", TaskLinks.Roots)];
    private static readonly (string, LogitHead)[] s_heads = [("sum", LogitHead.Sum), ("residual", LogitHead.Residual)];

    public static ModelOptions Read(Section root)
    {
        Section section = root.Child("model");
        var standard = new ModelOptions();
        int position = section.Integer("reference_position", -1, 0, 1_000_000);
        var options = new ModelOptions
        {
            Name = section.Choice("name", standard.Name, s_names),
            Tasks = section.Choice("tasks", standard.Tasks, s_links),
            Dim = section.Integer("dim", standard.Dim, 1, 256),
            Layers = LayersReader.Read(section, "layers", standard.Layers),
            Residual = section.Flag("residual", standard.Residual),
            Head = section.Choice("head", standard.Head, s_heads),
            Attention = AttentionReader.Read(section),
            Experts = ReadExperts(section.Child("experts"), standard.Experts),
            Cross = ReadCross(section.Child("cross"), standard.Cross),
            PositionBias = section.Flag("position_bias", standard.PositionBias),
            ReferencePosition = position < 0 ? null : position,
            Seed = section.Seed("seed", standard.Seed),
        };
        section.Close();
        return options;
    }

    private static ExpertOptions ReadExperts(Section section, ExpertOptions standard)
    {
        var options = new ExpertOptions
        {
            Shared = section.Integer("shared", standard.Shared, 1, 64),
            Own = section.Integer("own", standard.Own, 0, 64),
            Units = LayersReader.Read(section, "units", standard.Units),
            Levels = section.Integer("levels", standard.Levels, 1, 8),
        };
        section.Close();
        return options;
    }

    private static CrossNetworkOptions ReadCross(Section section, CrossNetworkOptions standard)
    {
        var options = new CrossNetworkOptions { Layers = section.Integer("layers", standard.Layers, 1, 16) };
        section.Close();
        return options;
    }
}
