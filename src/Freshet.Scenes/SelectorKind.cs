namespace Freshet.Scenes;

/// <summary>Where a categorical value comes from.</summary>
public enum SelectorKind
{
    /// <summary><c>user</c>: the user's id.</summary>
    User,

    /// <summary><c>item</c>: the item's id.</summary>
    Item,

    /// <summary><c>surface</c>: the page or tab.</summary>
    Surface,

    /// <summary><c>time.hour</c>: hour of the scene's day, 0 to 23.</summary>
    Hour,

    /// <summary><c>time.weekday</c>: 1 (Monday) to 7.</summary>
    Weekday,

    /// <summary><c>impression.X</c>: field X of the impression's features.</summary>
    ImpressionField,

    /// <summary><c>user.X</c>: field X of the user's latest profile.</summary>
    UserField,

    /// <summary><c>item.X</c>: field X of the item's latest status or profile.</summary>
    ItemField,

    /// <summary><c>signal.T.X</c>: field X of the user's latest signal of type T.</summary>
    SignalField,
}
