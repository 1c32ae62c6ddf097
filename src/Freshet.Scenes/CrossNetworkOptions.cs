namespace Freshet.Scenes;

/// <summary>The cross network of <c>dcn-v2</c>.</summary>
public sealed record CrossNetworkOptions
{
    /// <summary>Cross layers, 1 to 16. Default: 3.</summary>
    public int Layers { get; init; } = 3;
}
