using Freshet.Core.Events;

namespace Freshet.Scenes.Reading;

/// <summary>Reads where a number comes from: <c>rate.item.click.1h</c>, <c>closeness</c>, <c>user.register_days</c>.</summary>
internal sealed class NumericSourceReader(
    SelectorReader selectors, IReadOnlyList<Behaviour> behaviours, IReadOnlyList<Counter> counters)
{
    private static readonly (string Text, CounterWindow Window)[] s_windows =
        [("5m", CounterWindow.FiveMinutes), ("1h", CounterWindow.Hour), ("24h", CounterWindow.Day)];

    /// <summary>The source in setting <paramref name="key"/>; null where it is absent or no source, which is reported.</summary>
    public NumericSource? Read(Section section, string key)
    {
        if (section.Scalar(key) is not { } value)
        {
            return null;
        }

        string text = value.Text;
        if (text == "closeness")
        {
            return new NumericSource { Kind = NumericKind.Closeness };
        }

        if (text == "time.day_fraction")
        {
            return new NumericSource { Kind = NumericKind.DayFraction };
        }

        string[] parts = text.Split('.');
        if (parts[0] is "count" or "rate")
        {
            return ReadWindow(section, key, value, parts);
        }

        if (!selectors.TryParse(text, out Selector? field, out string remedy))
        {
            section.Report(
                key, $"{value.Found} is no source of a number.",
                remedy.StartsWith("Use one of", StringComparison.Ordinal)
                    ? "Use one of: count.COUNTER.WHAT.WINDOW, rate.COUNTER.BEHAVIOUR.WINDOW, closeness, time.day_fraction, impression.FIELD, user.FIELD, item.FIELD, signal.TYPE.FIELD."
                    : remedy);
            return null;
        }

        return new NumericSource { Kind = NumericKind.Field, Field = field };
    }

    private NumericSource? ReadWindow(Section section, string key, YamlScalar value, string[] parts)
    {
        bool rate = parts[0] == "rate";
        if (parts.Length != 4)
        {
            section.Report(
                key, $"{value.Found} has {parts.Length} parts.",
                rate ? "Write rate.COUNTER.BEHAVIOUR.WINDOW, as in rate.item.click.1h." : "Write count.COUNTER.WHAT.WINDOW, as in count.item.impression.1h.");
            return null;
        }

        int counter = IndexOf(counters.Select(one => one.Name), parts[1]);
        bool impressions = !rate && parts[2] == EventTypeNames.Impression;
        int behaviour = impressions ? -1 : IndexOf(behaviours.Select(one => one.Name), parts[2]);
        int window = IndexOf(s_windows.Select(one => one.Text), parts[3]);
        if (counter < 0)
        {
            section.Report(
                key, $"{value.Found} names the counter \"{parts[1]}\", which the scene does not have.",
                Suggestion.For(parts[1], [.. counters.Select(one => one.Name)], "Add it under 'counters'."));
        }

        if (!impressions && behaviour < 0)
        {
            section.Report(
                key, $"{value.Found} names the behaviour \"{parts[2]}\", which the scene does not have.",
                Suggestion.For(parts[2], [.. behaviours.Select(one => one.Name), .. rate ? [] : new[] { EventTypeNames.Impression }], "Add it under 'behaviours'."));
        }

        if (window < 0)
        {
            section.Report(key, $"{value.Found} names the window \"{parts[3]}\".", "Use one of: 5m, 1h, 24h.");
        }

        return counter < 0 || (!impressions && behaviour < 0) || window < 0 ? null : new NumericSource
        {
            Kind = rate ? NumericKind.Rate : NumericKind.Count,
            Counter = counter,
            Behaviour = behaviour,
            Window = s_windows[window].Window,
        };
    }

    private static int IndexOf(IEnumerable<string> names, string name) => names.ToList().IndexOf(name);
}
