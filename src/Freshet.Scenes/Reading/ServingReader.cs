namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>serving</c>.</summary>
internal static class ServingReader
{
    public static ServingOptions Read(Section root, IReadOnlyList<Behaviour> behaviours)
    {
        Section section = root.Child("serving");
        var options = new ServingOptions
        {
            Exponents = BehaviourNumbers.Read(section, "exponents", behaviours, NumberRange.NotNegative),
            Exploration = section.Number("exploration", new ServingOptions().Exploration, NumberRange.Share),
        };
        section.Close();
        return options;
    }
}
