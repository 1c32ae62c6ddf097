namespace Freshet.Embeddings;

/// <summary>Which optimiser the vectors of a table learn by, and so what state a row carries. The numbers are in files.</summary>
public enum RowOptimizer
{
    /// <summary>Adagrad per element: D floats a row, the sums of squared gradients.</summary>
    Adagrad = 0,

    /// <summary>Adagrad with one accumulator for the row: 1 float a row.</summary>
    RowwiseAdagrad = 1,

    /// <summary>FTRL-Proximal with a penalty on the norm of the row: 2D floats a row, z and n.</summary>
    GroupFtrl = 2,
}
