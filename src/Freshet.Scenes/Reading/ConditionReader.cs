using System.Text.RegularExpressions;

namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>when</c>: <c>value &gt;= 30</c> or <c>sum(value) &gt;= 30</c>.</summary>
internal static partial class ConditionReader
{
    private const string Key = "when";

    public static BehaviourCondition Read(Section section)
    {
        if (section.Scalar(Key) is not { } value)
        {
            return BehaviourCondition.Always;
        }

        Match match = Form().Match(value.Text);
        if (!match.Success || !SectionValues.TryNumber(match.Groups["number"].Value, out double threshold))
        {
            section.Report(Key, $"{value.Found} is no condition.", "Write 'value >= 30' or 'sum(value) >= 30', with >=, >, <= or <.");
            return BehaviourCondition.Always;
        }

        ConditionKind kind = match.Groups["what"].Value == "value" ? ConditionKind.Value : ConditionKind.SumOfValues;
        Comparison comparison = match.Groups["how"].Value switch
        {
            ">=" => Comparison.AtLeast,
            ">" => Comparison.MoreThan,
            "<=" => Comparison.AtMost,
            _ => Comparison.LessThan,
        };
        if (kind == ConditionKind.SumOfValues && comparison is (Comparison.AtMost or Comparison.LessThan))
        {
            section.Report(Key, $"{value.Found} would be true before it is known.", "Compare a sum with >= or >.");
        }

        return new BehaviourCondition(kind, comparison, threshold);
    }

    [GeneratedRegex(@"^\s*(?<what>value|sum\(value\))\s*(?<how>>=|<=|>|<)\s*(?<number>\S+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
