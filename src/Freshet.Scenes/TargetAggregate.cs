namespace Freshet.Scenes;

/// <summary>How the values of an identity's events become one target.</summary>
public enum TargetAggregate
{
    /// <summary>Their sum: reports that each tell what is new.</summary>
    Sum,

    /// <summary>The greatest: reports that each tell the total so far.</summary>
    Max,

    /// <summary>That of the last event, by (at, event_id).</summary>
    Last,
}
