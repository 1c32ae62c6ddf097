namespace Freshet.Experiments;

/// <summary>How far a run is.</summary>
/// <param name="At">Event time, ms since the epoch.</param>
/// <param name="Events">Events taken in.</param>
/// <param name="Publishes">Versions published by all arms.</param>
/// <param name="Phase">What is being done, for people.</param>
public readonly record struct LoopProgress(long At, long Events, int Publishes, string Phase);
