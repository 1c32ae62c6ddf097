namespace Freshet.Features.Histories;

/// <summary>One item of a user's history.</summary>
/// <param name="Item">Feature id in the table of the history's item slot.</param>
/// <param name="At">Event time, ms since the epoch.</param>
/// <param name="Request">Hash of the request that showed it; 0 = none.</param>
/// <param name="Behaviour">Index in the scene's behaviours.</param>
internal readonly record struct HistoryEntry(ulong Item, long At, ulong Request, byte Behaviour);
