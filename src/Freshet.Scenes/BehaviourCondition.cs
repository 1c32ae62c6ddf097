namespace Freshet.Scenes;

/// <summary>A condition on <c>value</c>: <c>value &gt;= 30</c> or <c>sum(value) &gt;= 30</c>.</summary>
/// <param name="Kind">What is compared.</param>
/// <param name="Comparison">How. A sum allows at-least and more-than only.</param>
/// <param name="Threshold">With what.</param>
public readonly record struct BehaviourCondition(ConditionKind Kind, Comparison Comparison, double Threshold)
{
    /// <summary>Every event counts.</summary>
    public static BehaviourCondition Always => default;

    /// <summary>Whether <paramref name="value"/> (an event's value, or the sum so far) meets the condition. NaN never does.</summary>
    public bool IsMetBy(double value) => Kind == ConditionKind.Always || Comparison switch
    {
        Comparison.AtLeast => value >= Threshold,
        Comparison.MoreThan => value > Threshold,
        Comparison.AtMost => value <= Threshold,
        _ => value < Threshold,
    };
}
