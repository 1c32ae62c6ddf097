namespace Freshet.Scenes;

/// <summary>Attribution modes as scenes, options and reports write them.</summary>
public static class AttributionModeText
{
    /// <summary>Every mode with its name.</summary>
    internal static readonly (string Name, AttributionMode Mode)[] All =
        [("cumulative", AttributionMode.Cumulative), ("window", AttributionMode.Window), ("immediate", AttributionMode.Immediate)];

    /// <summary>The name of a mode.</summary>
    public static string Of(AttributionMode mode) => Array.Find(All, entry => entry.Mode == mode).Name;

    /// <summary>The mode of a name; null where there is none.</summary>
    public static AttributionMode? Read(string name) => Array.FindIndex(All, entry => entry.Name == name) is >= 0 and int i ? All[i].Mode : null;
}
