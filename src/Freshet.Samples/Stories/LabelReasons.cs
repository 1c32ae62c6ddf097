using System.Globalization;
using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Stories;

/// <summary>Says why the labels of one sample are what they are.</summary>
/// <param name="scene">The scene.</param>
/// <param name="shownAt">Time of the sample, ms since the epoch.</param>
/// <param name="ends">[B] from when on each behaviour no longer counts.</param>
/// <param name="events">All events of the identity.</param>
internal sealed class LabelReasons(Scene scene, long shownAt, long[] ends, IReadOnlyList<StoryEvent> events)
{
    private readonly StoryEvent[] _kept =
    [
        .. events.Where(e => e.Outcome is not (
                null or JoinOutcome.Duplicate or JoinOutcome.Expired or JoinOutcome.OverLimit or JoinOutcome.AfterLeaving))
            .OrderBy(e => e.At).ThenBy(e => e.EventId, StringComparer.Ordinal),
    ];

    /// <summary>Why the label of <paramref name="behaviour"/> is what it is in <paramref name="row"/>, in words.</summary>
    public string Of(int behaviour, in LabelledSample row)
    {
        if ((row.Taught >> behaviour & 1) == 0)
        {
            return "not taught by this row";
        }

        if (CauseOf(behaviour) is not { } cause)
        {
            return WhyNot(behaviour);
        }

        string why = cause.Through == behaviour
            ? $"{Named(cause.Event)}, {Span(cause.Event.At - shownAt)} after it was shown{OfSum(behaviour, cause.Event)}"
            : $"implied by '{scene.Behaviours[cause.Through].Name}': {Named(cause.Event)}, {Span(cause.Event.At - shownAt)} after it was shown";
        return row.Has(behaviour) || row.Kind == EmissionKind.Attributed ? why : $"the row left before this counted: {why}";
    }

    /// <summary>The earliest event that makes a label 1, and the behaviour through which it does.</summary>
    private (StoryEvent Event, int Through)? CauseOf(int behaviour)
    {
        (StoryEvent Event, int Through)? earliest = null;
        for (int i = 0; i < scene.Behaviours.Count; i++)
        {
            if ((i == behaviour || Implies(i, behaviour)) && Made(i) is { } made && (earliest is not { } best || IsBefore(made, best.Event)))
            {
                earliest = (made, i);
            }
        }

        return earliest;
    }

    private static bool IsBefore(StoryEvent left, StoryEvent right) =>
        left.At < right.At || (left.At == right.At && string.CompareOrdinal(left.EventId, right.EventId) < 0);

    /// <summary>The event that made the label by the behaviour's own condition.</summary>
    private StoryEvent? Made(int behaviour)
    {
        BehaviourCondition condition = scene.Behaviours[behaviour].Condition;
        double sum = 0;
        foreach (StoryEvent e in InTime(behaviour))
        {
            sum += double.IsNaN(e.Value) ? 0 : e.Value;
            bool isSum = condition.Kind == ConditionKind.SumOfValues;
            if (!(isSum && double.IsNaN(e.Value)) && condition.IsMetBy(isSum ? sum : e.Value))
            {
                return e;
            }
        }

        return null;
    }

    private string WhyNot(int behaviour)
    {
        Behaviour asked = scene.Behaviours[behaviour];
        StoryEvent[] came = [.. events.Where(e => e.Type == asked.EventType)];
        var reasons = new List<string>();
        if (InTime(behaviour).ToArray() is { Length: > 0 } inTime)
        {
            double best = asked.Condition.Kind == ConditionKind.SumOfValues
                ? inTime.Sum(e => double.IsNaN(e.Value) ? 0 : e.Value)
                : double.NaN;
            reasons.Add(double.IsNaN(best)
                ? $"{Named(inTime[^1])} has value {Number(inTime[^1].Value)}; it needs {Needed(asked)}"
                : $"the values of '{asked.EventType}' sum to {Number(best)}; it needs {Needed(asked)}");
        }

        AddCount(reasons, came.Count(e => e.Outcome is null), "arrived after the cutoff");
        AddCount(reasons, came.Count(e => e.Outcome == JoinOutcome.AfterLeaving), "arrived when the sample had left");
        AddCount(reasons, came.Count(e => e.Outcome == JoinOutcome.Expired), "expired");
        AddCount(reasons, came.Count(e => e.Outcome == JoinOutcome.OverLimit), "over the limit");
        AddCount(reasons, _kept.Count(e => e.Type == asked.EventType && e.At < shownAt), "before it was shown");
        AddCount(
            reasons, _kept.Count(e => e.Type == asked.EventType && e.At >= ends[behaviour]),
            scene.Attribution.Mode == AttributionMode.Window ? $"past its window of {Span(Milliseconds.Of(asked.Window))}" : "past the end of the horizon");
        return reasons.Count == 0 ? $"no '{asked.EventType}' came" : string.Join("; ", reasons);

        void AddCount(List<string> to, int count, string what)
        {
            if (count > 0)
            {
                to.Add(string.Create(CultureInfo.InvariantCulture, $"{count} '{asked.EventType}' {what}"));
            }
        }
    }

    private IEnumerable<StoryEvent> InTime(int behaviour) =>
        _kept.Where(e => e.Type == scene.Behaviours[behaviour].EventType && e.At >= shownAt && e.At < ends[behaviour]);

    private bool Implies(int child, int ancestor)
    {
        for (int i = scene.Behaviours[child].Parent; i >= 0 && scene.Behaviours[child].ImplyParents; i = scene.Behaviours[i].Parent)
        {
            if (i == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private string OfSum(int behaviour, StoryEvent last)
    {
        if (scene.Behaviours[behaviour].Condition.Kind != ConditionKind.SumOfValues)
        {
            return "";
        }

        double sum = InTime(behaviour).TakeWhile(e => !IsBefore(last, e)).Sum(e => double.IsNaN(e.Value) ? 0 : e.Value);
        return $": the values sum to {Number(sum)}, it needs {Needed(scene.Behaviours[behaviour])}";
    }

    private static string Named(StoryEvent e) => $"{e.Type} {e.EventId}";

    private static string Needed(Behaviour behaviour) => behaviour.Condition.Comparison switch
    {
        Comparison.AtLeast => $">= {Number(behaviour.Condition.Threshold)}",
        Comparison.MoreThan => $"> {Number(behaviour.Condition.Threshold)}",
        Comparison.AtMost => $"<= {Number(behaviour.Condition.Threshold)}",
        _ => $"< {Number(behaviour.Condition.Threshold)}",
    };

    private static string Number(double value) => double.IsNaN(value) ? "none" : value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Span(long ms) => Math.Abs(ms) switch
    {
        < 2 * Milliseconds.Minute => string.Create(CultureInfo.InvariantCulture, $"{ms / (double)Milliseconds.Second:0.###} s"),
        < 2 * Milliseconds.Hour => string.Create(CultureInfo.InvariantCulture, $"{ms / (double)Milliseconds.Minute:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms / (double)Milliseconds.Hour:0.#} h"),
    };
}
