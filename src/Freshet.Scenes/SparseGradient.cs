namespace Freshet.Scenes;

/// <summary>What rows and wide weights learn from, of the gradients of a batch's samples.</summary>
public enum SparseGradient
{
    /// <summary>Their sum: a rare id's step does not shrink with the size of the batch.</summary>
    Sum,

    /// <summary>Their sum divided by the samples of the batch.</summary>
    Mean,
}
