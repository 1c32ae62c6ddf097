namespace Freshet.Kernels;

/// <summary>Settings of <see cref="Adagrad"/> and <see cref="RowwiseAdagrad"/> over the rows of a table.</summary>
/// <param name="LearningRate">Step size, &gt; 0. Default: 0.02.</param>
/// <param name="Epsilon">ε, added to √n, &gt; 0. Default: 1e-8.</param>
public readonly record struct AdagradSettings(float LearningRate, float Epsilon = 1e-8f)
{
    /// <summary>The defaults.</summary>
    public AdagradSettings()
        : this(LearningRate: 0.02f)
    {
    }
}
