using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Freshet.Scenes.Reading;

/// <summary>Parses a YAML document into nodes that know their lines.</summary>
/// <remarks>
/// Built on the parser's events rather than on YamlDotNet's own tree, which stops at the first name that is there twice.
/// </remarks>
internal sealed class YamlTree
{
    /// <summary>Far deeper than a scene; a file of brackets must not exhaust the stack.</summary>
    private const int DeepestLevel = 32;
    private readonly Parser _parser;
    private readonly Ledger _ledger;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];

    private YamlTree(string text, Ledger ledger)
    {
        _parser = new Parser(new StringReader(text));
        _ledger = ledger;
    }

    /// <summary>The settings in <paramref name="text"/>; null where it has none that can be read, which is reported.</summary>
    public static YamlMap? Read(string text, Ledger ledger)
    {
        try
        {
            return new YamlTree(text, ledger).ReadDocument();
        }
        catch (YamlException e)
        {
            ledger.Report(
                e.Start.Line, "", $"This is no YAML: {Sentence(e.Message)}", "Check indentation, colons, quotes and brackets here and just above.");
            return null;
        }
    }

    private static string Sentence(string message)
    {
        string text = message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return text.Length == 0 ? "the parser stopped here." : char.ToLowerInvariant(text[0]) + text[1..] + ".";
    }

    private YamlMap? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _ledger.Report(1, "", "The file is empty.", "Write an example to start from with 'freshet init DIR'.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        YamlNode root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _ledger.Report(second.Start.Line, "", "A second document starts here.", "Keep one scene a file; remove '---' and what follows.");
        }

        if (root is YamlMap map)
        {
            return map;
        }

        _ledger.Report(root.Line, "", $"The file holds {root.Found}.", "It must hold settings, as in 'scene: NAME'.");
        return null;
    }

    private YamlNode ReadNode(int level)
    {
        if (level > DeepestLevel)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"The nesting is deeper than {DeepestLevel} levels");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out YamlNode? target)
                ? target
                : throw new YamlException(alias.Start, alias.End, $"Alias '*{alias.Value}' has no anchor above it");
        }

        if (!_parser.Accept<NodeEvent>(out var start))
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, "A value is missing");
        }

        YamlNode node = start switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(level),
            _ => ReadMap(level),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    private YamlScalar ReadScalar()
    {
        Scalar scalar = _parser.Consume<Scalar>();
        bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "~" or "null");
        return new YamlScalar(scalar.Start.Line, scalar.Value, isNull);
    }

    private YamlList ReadList(int level)
    {
        long line = _parser.Consume<SequenceStart>().Start.Line;
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(level + 1));
        }

        return new YamlList(line, items);
    }

    private YamlMap ReadMap(int level)
    {
        long line = _parser.Consume<MappingStart>().Start.Line;
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            YamlNode key = ReadNode(level + 1);
            YamlNode value = ReadNode(level + 1);
            if (key is not YamlScalar name)
            {
                _ledger.Report(key.Line, "", $"A setting has {key.Found} for a name.", "Give it a plain name.");
            }
            else if (!lines.TryAdd(name.Text, name.Line))
            {
                _ledger.Report(
                    name.Line, "", $"\"{name.Text}\" is there twice; it stands first in line {lines[name.Text]}.", "Remove one or rename it.");
            }
            else
            {
                entries.Add(new YamlEntry(name.Text, name.Line, value));
            }
        }

        return new YamlMap(line, entries);
    }
}
