namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>signals</c>, the types of events that feed features and are no behaviours.</summary>
internal static class SignalsReader
{
    private const string Key = "signals";

    public static IReadOnlyList<string> Read(Section root, IReadOnlyList<Behaviour> behaviours, IReadOnlyList<Regression> regressions)
    {
        var signals = new List<string>();
        foreach (YamlScalar item in root.List(Key) ?? [])
        {
            string type = item.Text;
            string? problem = !Names.IsName(type) ? $"{item.Found} is no name. {Names.Rule}"
                : ReservedTypes.Contains(type) ? $"{item.Found} events are understood anyway."
                : behaviours.Any(behaviour => behaviour.EventType == type) ? $"{item.Found} events are a behaviour already."
                : regressions.Any(regression => regression.EventType == type) ? $"{item.Found} events are a regression's already."
                : signals.Contains(type) ? $"{item.Found} is there twice."
                : null;
            if (problem is null)
            {
                signals.Add(type);
            }
            else
            {
                root.Report(Key, problem, "Remove it from the list.");
            }
        }

        return signals;
    }
}
