namespace Freshet.Models.Batches;

/// <summary>Where a part of h_0 lies.</summary>
/// <param name="IsUser">Whether on the user's side.</param>
/// <param name="Column">First column there.</param>
internal readonly record struct InputPlace(bool IsUser, int Column);
