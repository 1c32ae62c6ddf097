namespace Freshet.Core.Scenes;

/// <summary>Publishing of model versions.</summary>
public sealed record SyncOptions
{
    /// <summary>Versions kept, 1 to 10,000; older ones are removed. Default: 8.</summary>
    public int Keep { get; init; } = 8;
}
