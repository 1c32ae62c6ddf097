namespace Freshet.Scenes.Reading;

/// <summary>
/// A group of settings while it is read. A setting is known by being asked for; <see cref="Close"/> reports the rest.
/// </summary>
internal sealed class Section
{
    private readonly Ledger _ledger;
    private readonly YamlMap? _map;
    private readonly string _path;
    private readonly string _pattern;
    private readonly List<string> _known = [];
    private bool _anyName;

    private Section(Ledger ledger, YamlMap? map, string path, string pattern, long line)
    {
        _ledger = ledger;
        _map = map;
        _path = path;
        _pattern = pattern;
        Line = line;
    }

    /// <summary>1-based line where the group starts, or would.</summary>
    public long Line { get; }

    public static Section Root(YamlMap map, Ledger ledger) => new(ledger, map, "", "", map.Line);

    /// <summary>Whether the file has the setting.</summary>
    public bool Has(string key) => _map?.Find(key) is not null;

    /// <summary>The setting's line; the group's where it is absent.</summary>
    public long LineOf(string key) => _map?.Find(key)?.Line ?? Line;

    public void Report(string key, string problem, string remedy) => _ledger.Report(LineOf(key), Join(_path, key), problem, remedy);

    public void Report(string problem, string remedy) => _ledger.Report(Line, _path, problem, remedy);

    /// <summary>The value of a setting; null where it is absent, or has no value, which is reported.</summary>
    public YamlNode? Value(string key)
    {
        _known.Add(key);
        if (!_anyName)
        {
            _ledger.Know(Join(_pattern, key));
        }

        if (_map?.Find(key) is not { } entry)
        {
            return null;
        }

        if (entry.Value is YamlScalar { IsNull: true })
        {
            Report(key, "It has no value.", "Give it one, indent what belongs to it further than its name, or remove the line.");
            return null;
        }

        return entry.Value;
    }

    /// <summary>A single value as text; null where it is absent or something else, which is reported.</summary>
    public YamlScalar? Scalar(string key)
    {
        YamlNode? value = Value(key);
        if (value is null or YamlScalar)
        {
            return value as YamlScalar;
        }

        Report(key, $"It is {value.Found}.", "Write a single value after the colon.");
        return null;
    }

    /// <summary>A list of single values; null where it is absent or something else, which is reported.</summary>
    public IReadOnlyList<YamlScalar>? List(string key)
    {
        YamlNode? value = Value(key);
        if (value is null)
        {
            return null;
        }

        if (value is YamlList list && list.Items.All(item => item is YamlScalar { IsNull: false }))
        {
            return [.. list.Items.Cast<YamlScalar>()];
        }

        Report(key, $"It is {(value is YamlList ? "a list of something else than values" : value.Found)}.", "Write a list of values, as in [a, b].");
        return null;
    }

    /// <summary>A group of settings; an empty one where it is absent or something else, which is reported.</summary>
    public Section Child(string key) => new(_ledger, Map(key), Join(_path, key), Join(_pattern, key), LineOf(key));

    /// <summary>The settings of a group whose names the file chooses; empty where it is absent or something else, which is reported.</summary>
    public IReadOnlyList<YamlEntry> Named(string key) => Map(key)?.Entries ?? [];

    /// <summary>The groups in a group, whose names the file chooses; what is no group is reported.</summary>
    public IReadOnlyList<(string Name, Section Section)> NamedChildren(string key)
    {
        var children = new List<(string, Section)>();
        foreach (YamlEntry entry in Named(key))
        {
            string path = Join(Join(_path, key), entry.Name);
            CheckName(entry, path);
            if (entry.Value is YamlMap map)
            {
                children.Add((entry.Name, new Section(_ledger, map, path, Join(Join(_pattern, key), "*"), entry.Line)));
            }
            else
            {
                _ledger.Report(entry.Line, path, $"It is {entry.Value.Found}.", "Write its settings indented below, or in braces, as in { a: 1, b: 2 }.");
            }
        }

        _ledger.Know(Join(Join(_pattern, key), "*"));
        return children;
    }

    /// <summary>Notes that the names in this group are those of the file.</summary>
    public void KnowAnyName()
    {
        _anyName = true;
        _ledger.Know(Join(_pattern, "*"));
    }

    /// <summary>Reports the settings that nobody asked for.</summary>
    public void Close()
    {
        foreach (YamlEntry entry in _map?.Entries ?? [])
        {
            if (!_known.Contains(entry.Name))
            {
                string group = _path.Length == 0 ? "a scene" : $"\"{_path}\"";
                Report(entry.Name, $"\"{entry.Name}\" is no setting of {group}.", Suggestion.For(entry.Name, _known, "Remove it."));
            }
        }
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private void CheckName(YamlEntry entry, string path)
    {
        if (!Names.IsName(entry.Name))
        {
            _ledger.Report(entry.Line, path, $"\"{entry.Name}\" is no name.", Names.Rule);
        }
    }

    private YamlMap? Map(string key)
    {
        YamlNode? value = Value(key);
        if (value is null or YamlMap)
        {
            return value as YamlMap;
        }

        Report(key, $"It is {value.Found}.", "Write its settings indented below, or in braces, as in { a: 1, b: 2 }.");
        return null;
    }
}
