namespace Freshet.Scenes;

/// <summary>How the tasks of a model hang together.</summary>
public enum TaskLinks
{
    /// <summary>p(child) = p(parent)·σ(o_child), along the behaviour tree; every loss is over all impressions.</summary>
    Tree,

    /// <summary>p = σ(o): each task is a root of its own.</summary>
    Roots,
}
