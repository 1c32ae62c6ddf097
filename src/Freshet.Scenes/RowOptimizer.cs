namespace Freshet.Scenes;

/// <summary>What moves embedding rows.</summary>
public enum RowOptimizer
{
    /// <summary>Adagrad, one accumulator an element.</summary>
    Adagrad,

    /// <summary>Adagrad, one accumulator a row: half the memory of optimiser state, and less.</summary>
    RowwiseAdagrad,

    /// <summary>FTRL with a penalty on the whole row, which sets rows to zero.</summary>
    GroupFtrl,
}
