namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>training.rows</c>, <c>training.wide</c> and <c>training.dense</c>.</summary>
internal static class OptimizersReader
{
    private const int MostWarmupSteps = 10_000_000;

    private static readonly (string, RowOptimizer)[] s_optimizers =
    [
        ("adagrad", RowOptimizer.Adagrad), ("rowwise_adagrad", RowOptimizer.RowwiseAdagrad), ("group_ftrl", RowOptimizer.GroupFtrl),
    ];

    private static readonly string[] s_adagradKeys = ["learning_rate", "initial_accumulator"];
    private static readonly string[] s_ftrlKeys = ["alpha", "beta", "l1", "l2", "group_l1"];

    public static TrainingOptions ReadRows(Section section, TrainingOptions options)
    {
        options = options with
        {
            RowOptimizer = section.Choice("optimizer", options.RowOptimizer, s_optimizers),
            RowLearningRate = section.Number("learning_rate", options.RowLearningRate, NumberRange.StepSize),
            RowInitialAccumulator = section.Number("initial_accumulator", options.RowInitialAccumulator, NumberRange.Guard),
            RowAlpha = section.Number("alpha", options.RowAlpha, NumberRange.StepSize),
            RowBeta = section.Number("beta", options.RowBeta, NumberRange.NotNegative),
            RowL1 = section.Number("l1", options.RowL1, NumberRange.NotNegative),
            RowL2 = section.Number("l2", options.RowL2, NumberRange.NotNegative),
            RowGroupL1 = section.Number("group_l1", options.RowGroupL1, NumberRange.NotNegative),
        };
        bool isFtrl = options.RowOptimizer == RowOptimizer.GroupFtrl;
        foreach (string key in (isFtrl ? s_adagradKeys : s_ftrlKeys).Where(section.Has))
        {
            section.Report(
                key, $"It has no effect with the optimizer {(isFtrl ? "group_ftrl" : Name(options.RowOptimizer))}.",
                isFtrl ? "Write alpha and beta, or choose an Adagrad." : "Add 'optimizer: group_ftrl', or remove it.");
        }

        section.Close();
        return options;
    }

    public static TrainingOptions ReadWide(Section section, TrainingOptions options)
    {
        options = options with
        {
            WideAlpha = section.Number("alpha", options.WideAlpha, NumberRange.StepSize),
            WideBeta = section.Number("beta", options.WideBeta, NumberRange.NotNegative),
            WideL1 = section.Number("l1", options.WideL1, NumberRange.NotNegative),
            WideL2 = section.Number("l2", options.WideL2, NumberRange.NotNegative),
        };
        section.Close();
        return options;
    }

    public static TrainingOptions ReadDense(Section section, TrainingOptions options)
    {
        options = options with
        {
            DenseLearningRate = section.Number("learning_rate", options.DenseLearningRate, NumberRange.StepSize),
            DenseBeta1 = section.Number("beta1", options.DenseBeta1, NumberRange.BelowOne),
            DenseBeta2 = section.Number("beta2", options.DenseBeta2, NumberRange.BelowOne),
            DenseEpsilon = section.Number("epsilon", options.DenseEpsilon, NumberRange.Guard),
            WarmupSteps = section.Integer("warmup", options.WarmupSteps, 0, MostWarmupSteps),
            DenseClip = section.Number("clip", options.DenseClip, NumberRange.NotNegative),
        };
        section.Close();
        return options;
    }

    private static string Name(RowOptimizer optimizer) => s_optimizers.First(choice => choice.Item2 == optimizer).Item1;
}
