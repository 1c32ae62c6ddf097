namespace Freshet.Samples.Joining;

/// <summary>A behaviour that waits for its impression.</summary>
internal readonly record struct Orphan(int Event, int Generation);
