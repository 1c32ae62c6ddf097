namespace Freshet.Scenes;

/// <summary>Where a number comes from.</summary>
public enum NumericKind
{
    /// <summary><c>count.COUNTER.WHAT.WINDOW</c>: events of the window, WHAT being <c>impression</c> or a behaviour.</summary>
    Count,

    /// <summary><c>rate.COUNTER.BEHAVIOUR.WINDOW</c>: (behaviours + prior·weight) ÷ (impressions + weight).</summary>
    Rate,

    /// <summary><c>closeness</c> of user and item.</summary>
    Closeness,

    /// <summary>The number in an impression, profile, status or signal field.</summary>
    Field,

    /// <summary><c>time.day_fraction</c>: share of the scene's day that is over, in [0, 1).</summary>
    DayFraction,
}
