namespace Freshet.Samples;

/// <summary>The five ends of a behaviour event; each behaviour has exactly one at any moment.</summary>
public enum BehaviourFate
{
    /// <summary>It reached its identity.</summary>
    Joined,

    /// <summary>Its event_id was seen for its identity.</summary>
    Duplicate,

    /// <summary>Its identity is known, but the window or horizon was over by event time.</summary>
    Late,

    /// <summary>No identity within <c>orphan_wait</c>.</summary>
    Unmatched,

    /// <summary>It still waits for its impression.</summary>
    Pending,
}
