namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>model.attention</c>.</summary>
internal static class AttentionReader
{
    private static readonly (string, AttentionActivation)[] s_activations =
    [
        ("tanh", AttentionActivation.Tanh), ("relu", AttentionActivation.Relu), ("prelu", AttentionActivation.PRelu),
        ("identity", AttentionActivation.Identity),
    ];

    private static readonly (string, bool?)[] s_flags = [("true", true), ("false", false)];

    private static readonly (string, AuxiliaryPositions)[] s_positions =
        [("renumber", AuxiliaryPositions.Renumber), ("keep", AuxiliaryPositions.Keep)];

    public static AttentionOptions Read(Section model)
    {
        Section section = model.Child("attention");
        var standard = new AttentionOptions();
        var options = new AttentionOptions
        {
            Hidden = section.Integer("hidden", standard.Hidden, 1, 256),
            Activation = section.Choice("activation", standard.Activation, s_activations),
            Behaviours = section.Choice("behaviours", standard.Behaviours, s_flags),
            Negatives = section.Integer("negatives", standard.Negatives, 0, 1000),
            AuxiliaryWeight = section.Number("auxiliary_weight", standard.AuxiliaryWeight, NumberRange.NotNegative),
            Positions = section.Choice("positions", standard.Positions, s_positions),
        };
        section.Close();
        return options;
    }
}
