namespace Freshet.Tests.Simulation;

/// <summary>A host on a page, by indices, with the true probability of its click.</summary>
internal sealed record ShownHost(long Request, long At, int User, int Host, int Position, double Probability);
