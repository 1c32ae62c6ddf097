using Freshet.Kernels;

namespace Freshet.Embeddings;

/// <summary>How rows learn from the sums of a batch.</summary>
public sealed record RowLearning
{
    /// <summary>Step size and ε of Adagrad and row-wise Adagrad. Group-FTRL has its settings in the table's options.</summary>
    public AdagradSettings Adagrad { get; init; } = new();

    /// <summary>FTRL of the wide weights.</summary>
    public FtrlSettings Wide { get; init; } = new(Alpha: 0.1f);

    /// <summary>What every gradient is multiplied by: 1 for sums, 1 ÷ batch size for means. Default: 1.</summary>
    public float GradientScale { get; init; } = 1;
}
