namespace Freshet.Scenes.Reading;

/// <summary>Reads a number for each of some behaviours, as in <c>weights: { click: 1, like: 5 }</c>.</summary>
internal static class BehaviourNumbers
{
    /// <summary>[behaviours] in the scene's order, 0 for those that are not named; empty where the setting is absent.</summary>
    public static IReadOnlyList<double> Read(Section section, string key, IReadOnlyList<Behaviour> behaviours, NumberRange range)
    {
        Section group = section.Child(key);
        group.KnowAnyName();
        if (!section.Has(key))
        {
            return [];
        }

        double[] numbers = new double[behaviours.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = group.Number(behaviours[i].Name, 0, range);
        }

        group.Close();
        return numbers;
    }
}
