namespace Freshet.Simulation.World;

/// <summary>A stretch of a host's time on air with one activity.</summary>
/// <param name="Host">Index.</param>
/// <param name="From">ms since the start.</param>
/// <param name="To">ms since the start, exclusive.</param>
/// <param name="Activity">Index in <see cref="Names.Activities"/>.</param>
/// <param name="EndsSession">Whether the host goes off air at <paramref name="To"/>.</param>
internal readonly record struct Broadcast(int Host, long From, long To, int Activity, bool EndsSession);
