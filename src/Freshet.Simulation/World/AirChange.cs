namespace Freshet.Simulation.World;

/// <summary>A host goes on air, changes the activity, or goes off air.</summary>
/// <param name="Offset">ms since the start.</param>
/// <param name="Host">Index.</param>
/// <param name="IsOnAir">False: goes off air.</param>
/// <param name="Activity">Index in <see cref="Names.Activities"/>; the last one when going off air.</param>
internal readonly record struct AirChange(long Offset, int Host, bool IsOnAir, int Activity);
