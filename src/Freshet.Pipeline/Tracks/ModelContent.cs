namespace Freshet.Pipeline.Tracks;

/// <summary>Names what a model has learnt: equal models of an arm have equal names.</summary>
/// <param name="Base">Number of its base, counted from 1.</param>
/// <param name="Increment">0: the base itself; else what was learnt since, in numbers that no other content of the base has.</param>
internal readonly record struct ModelContent(int Base, long Increment);
