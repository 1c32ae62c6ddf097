namespace Freshet.Models;

/// <summary>Which blocks a model has.</summary>
/// <param name="Wide">A weight per id and task, and a bias per task.</param>
/// <param name="Deep">Rows per id, and a residual network per task over them.</param>
/// <param name="Fm">Pairwise interactions of the rows, weighed per task. Needs <paramref name="Deep"/>.</param>
/// <param name="Tree">Tasks multiply along the behaviour tree; otherwise each is a root of its own.</param>
internal readonly record struct ModelBlocks(bool Wide, bool Deep, bool Fm, bool Tree);
