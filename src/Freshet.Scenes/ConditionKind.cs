namespace Freshet.Scenes;

/// <summary>What is compared with the threshold of a condition.</summary>
public enum ConditionKind
{
    /// <summary>Every event counts.</summary>
    Always,

    /// <summary>The event's own <c>value</c>.</summary>
    Value,

    /// <summary>The sum of <c>value</c> over the identity's events so far, in order of (at, event_id).</summary>
    SumOfValues,
}
