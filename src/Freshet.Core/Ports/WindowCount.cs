namespace Freshet.Core.Ports;

/// <summary>One event to count under one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="What">0 = impression, 1 + b = behaviour b of the scene.</param>
/// <param name="At">Event time, ms since the epoch.</param>
public readonly record struct WindowCount(WindowKey Key, int What, long At);
