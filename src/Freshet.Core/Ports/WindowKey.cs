namespace Freshet.Core.Ports;

/// <summary>A key of one counter.</summary>
/// <param name="Counter">Index in the scene's counters.</param>
/// <param name="Hash">64-bit hash of the tuple of values; uniform.</param>
public readonly record struct WindowKey(int Counter, ulong Hash);
