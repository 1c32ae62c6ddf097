namespace Freshet.Core.Scenes;

/// <summary>Schedules and optimisers.</summary>
public sealed record TrainingOptions
{
    /// <summary>Time of the scene's day at which the base is trained, in [0, 24 h). Default: 00:00.</summary>
    public TimeSpan BaseAt { get; init; } = TimeSpan.Zero;

    /// <summary>Samples of the base: the last … Default: 7 days.</summary>
    public TimeSpan BaseWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Default: from scratch.</summary>
    public BaseStart BaseStart { get; init; } = BaseStart.Scratch;

    /// <summary>Passes over the base's samples, 1 to 20. Default: 1.</summary>
    public int BaseEpochs { get; init; } = 1;

    /// <summary>Time between increments, 1 min to 1 day. Default: 15 min.</summary>
    public TimeSpan IncrementEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Default: from the base.</summary>
    public Restart Restart { get; init; } = Restart.Base;

    /// <summary>Samples per step, 1 to 65,536. Default: 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Adagrad of rows: step size, &gt; 0. Default: 0.02.</summary>
    public double RowLearningRate { get; init; } = 0.02;

    /// <summary>Adagrad of rows: initial accumulator, &gt; 0. Default: 0.1.</summary>
    public double RowInitialAccumulator { get; init; } = 0.1;

    /// <summary>FTRL α of wide weights, &gt; 0. Default: 0.1.</summary>
    public double WideAlpha { get; init; } = 0.1;

    /// <summary>FTRL β of wide weights, &gt;= 0. Default: 1.</summary>
    public double WideBeta { get; init; } = 1;

    /// <summary>FTRL λ1 of wide weights, &gt;= 0. Default: 0.</summary>
    public double WideL1 { get; init; }

    /// <summary>FTRL λ2 of wide weights, &gt;= 0. Default: 0.</summary>
    public double WideL2 { get; init; }

    /// <summary>Adam of dense parameters: step size, &gt; 0. Default: 0.001.</summary>
    public double DenseLearningRate { get; init; } = 0.001;
}
