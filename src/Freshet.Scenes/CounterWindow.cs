namespace Freshet.Scenes;

/// <summary>The spans over which events are counted.</summary>
public enum CounterWindow
{
    /// <summary>5 minutes.</summary>
    FiveMinutes,

    /// <summary>1 hour.</summary>
    Hour,

    /// <summary>24 hours.</summary>
    Day,
}
