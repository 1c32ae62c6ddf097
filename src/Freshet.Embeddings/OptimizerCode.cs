using Freshet.Scenes;

namespace Freshet.Embeddings;

/// <summary>The numbers of optimizers in files of tables. They never change, whatever the order of <see cref="RowOptimizer"/> is.</summary>
internal static class OptimizerCode
{
    /// <summary>The number of <paramref name="optimizer"/>.</summary>
    public static int Of(RowOptimizer optimizer) => optimizer switch
    {
        RowOptimizer.Adagrad => 0,
        RowOptimizer.RowwiseAdagrad => 1,
        RowOptimizer.GroupFtrl => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(optimizer), optimizer, "It has no number in files."),
    };

    /// <summary>The optimizer with the number <paramref name="code"/>.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static RowOptimizer Read(int code) => code switch
    {
        0 => RowOptimizer.Adagrad,
        1 => RowOptimizer.RowwiseAdagrad,
        2 => RowOptimizer.GroupFtrl,
        _ => throw new InvalidDataException($"the rows of a table learnt by optimizer {code}, which this version does not know"),
    };
}
