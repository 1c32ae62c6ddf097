namespace Freshet.Models.Batches;

/// <summary>What the rows of a workspace matrix stand for.</summary>
internal enum Extent
{
    /// <summary>One row a sample.</summary>
    Sample,

    /// <summary>One row a group of samples that share their user side.</summary>
    Group,

    /// <summary>One row an item of a group's history.</summary>
    History,

    /// <summary>One row an item of a sample's history.</summary>
    SampleHistory,

    /// <summary>One row a candidate of the auxiliary loss: the positive and the negatives of every group.</summary>
    Choice,
}
