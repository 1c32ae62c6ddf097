namespace Freshet.Training.Gates;

/// <summary>How often a gate said what, each task counted.</summary>
/// <param name="Gate">Its name.</param>
/// <param name="Passed">Within its limits.</param>
/// <param name="Refused">Outside.</param>
/// <param name="Insufficient">Too little to tell.</param>
public sealed record GateCount(string Gate, int Passed, int Refused, int Insufficient);
