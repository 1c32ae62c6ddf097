namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>closeness</c>.</summary>
internal static class ClosenessReader
{
    public static ClosenessOptions Read(Section root, IReadOnlyList<Behaviour> behaviours)
    {
        Section section = root.Child("closeness");
        var options = new ClosenessOptions
        {
            HalfLife = section.Duration("half_life", new ClosenessOptions().HalfLife, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)),
            Weights = BehaviourNumbers.Read(section, "weights", behaviours, NumberRange.NotNegative),
        };
        section.Close();
        return options;
    }
}
