namespace Freshet.Scenes.Reading;

/// <summary>Reads where a categorical value comes from: <c>user</c>, <c>item.author</c>, <c>signal.song_play.song_id</c>.</summary>
internal sealed class SelectorReader(IReadOnlyList<string> signals)
{
    private static readonly (string Text, SelectorKind Kind)[] s_plain =
    [
        ("user", SelectorKind.User),
        ("item", SelectorKind.Item),
        ("surface", SelectorKind.Surface),
        ("time.hour", SelectorKind.Hour),
        ("time.weekday", SelectorKind.Weekday),
    ];

    private static readonly (string Prefix, SelectorKind Kind)[] s_fields =
    [
        ("impression.", SelectorKind.ImpressionField),
        ("user.", SelectorKind.UserField),
        ("item.", SelectorKind.ItemField),
    ];

    /// <summary>What the forms of a selector are, for messages.</summary>
    public const string Forms =
        "user, item, surface, time.hour, time.weekday, impression.FIELD, user.FIELD, item.FIELD, signal.TYPE.FIELD";

    /// <summary>The selector in setting <paramref name="key"/>; null where it is absent or no selector, which is reported.</summary>
    public Selector? Read(Section section, string key) =>
        section.Scalar(key) is { } value ? Read(section, key, value) : null;

    /// <summary>The selector in <paramref name="value"/>; null where it is none, which is reported.</summary>
    public Selector? Read(Section section, string key, YamlScalar value)
    {
        if (TryParse(value.Text, out Selector? selector, out string remedy))
        {
            return selector;
        }

        section.Report(key, $"{value.Found} is no source of a value.", remedy);
        return null;
    }

    /// <param name="text">The selector as written.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="remedy">What to write instead, where there is none.</param>
    public bool TryParse(string text, out Selector? selector, out string remedy)
    {
        selector = null;
        remedy = "";
        foreach ((string plain, SelectorKind kind) in s_plain)
        {
            if (text == plain)
            {
                selector = new Selector(kind);
                return true;
            }
        }

        foreach ((string prefix, SelectorKind kind) in s_fields)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length)
            {
                selector = new Selector(kind, text[prefix.Length..]);
                return true;
            }
        }

        string[] parts = text.Split('.', 3);
        if (parts is ["signal", { Length: > 0 } type, { Length: > 0 } field])
        {
            if (signals.Contains(type))
            {
                selector = new Selector(SelectorKind.SignalField, field, type);
                return true;
            }

            remedy = $"\"{type}\" is not among the scene's signals: add it there, or use one of them. " +
                Suggestion.For(type, signals, "There are none yet.");
            return false;
        }

        string suggestion = Suggestion.For(text, [.. s_plain.Select(plain => plain.Text)], "");
        remedy = suggestion.StartsWith("Did", StringComparison.Ordinal) ? suggestion : $"Use one of: {Forms}.";
        return false;
    }
}
