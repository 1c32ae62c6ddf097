namespace Freshet.Scenes;

/// <summary>One number that a counter keeps for every key.</summary>
/// <param name="What">0 = impressions, 1 + b = behaviour b of the scene.</param>
/// <param name="Window">The span it covers.</param>
public readonly record struct WindowField(int What, CounterWindow Window);
