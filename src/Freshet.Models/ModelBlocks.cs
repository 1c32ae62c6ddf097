namespace Freshet.Models;

/// <summary>Which blocks a model has.</summary>
/// <param name="Wide">A weight per id and head, and a bias per head.</param>
/// <param name="Fm">Pairwise interactions of the rows, weighed per head.</param>
/// <param name="Body">The network over the rows.</param>
/// <param name="History">How the user's history enters the network.</param>
/// <param name="Tree">Tasks multiply along the behaviour tree unless the scene says otherwise; else each is a root of its own.</param>
internal readonly record struct ModelBlocks(bool Wide, bool Fm, BodyKind Body, HistoryKind History, bool Tree)
{
    /// <summary>Whether ids have rows.</summary>
    public bool HasRows => Fm || Body != BodyKind.None;
}
