namespace Freshet.Scenes;

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

    /// <summary>
    /// An increment on a base that was trained longer ago is not made, 25 h to 365 days: less would end before the next base is due.
    /// Default: 3 days.
    /// </summary>
    public TimeSpan BaseMaxAge { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Time between increments, 1 min to 1 day; 0: streaming. Default: 15 min.</summary>
    public TimeSpan IncrementEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the model learns each mini-batch as it is attributed, rather than in increments.</summary>
    public bool IsStreaming => IncrementEvery == TimeSpan.Zero;

    /// <summary>Default: from the base.</summary>
    public Restart Restart { get; init; } = Restart.Base;

    /// <summary>
    /// With <see cref="Restart.Base"/>: corrections to samples older than this enter only every <see cref="CorrectionsEvery"/>, &gt;= 0.
    /// Default: 2 h.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Time between increments that take in the corrections to old samples, counted from the start of the scene's day; 0: all do. Default: 1 h.
    /// </summary>
    public TimeSpan CorrectionsEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>MiB that checkpoints along the day may take, 0 to 1,048,576; 0: none, every increment learns the whole day. Default: 1,024.</summary>
    public int CheckpointMebibytes { get; init; } = 1024;

    /// <summary>Samples per step, 1 to 65,536. Default: 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>What rows and wide weights learn from. Default: the sum over the batch.</summary>
    public SparseGradient SparseGradient { get; init; }

    /// <summary>What moves embedding rows. Default: Adagrad.</summary>
    public RowOptimizer RowOptimizer { get; init; }

    /// <summary>Both Adagrads of rows: step size, &gt; 0. Default: 0.02.</summary>
    public double RowLearningRate { get; init; } = 0.02;

    /// <summary>Both Adagrads of rows: initial accumulator, &gt; 0. Default: 0.1.</summary>
    public double RowInitialAccumulator { get; init; } = 0.1;

    /// <summary>Group-FTRL α of rows, &gt; 0. Default: 0.1.</summary>
    public double RowAlpha { get; init; } = 0.1;

    /// <summary>Group-FTRL β of rows, &gt;= 0. Default: 1.</summary>
    public double RowBeta { get; init; } = 1;

    /// <summary>Group-FTRL λ1 of each element of a row, &gt;= 0. Default: 0.</summary>
    public double RowL1 { get; init; }

    /// <summary>Group-FTRL λ2 of rows, &gt;= 0. Default: 0.</summary>
    public double RowL2 { get; init; }

    /// <summary>Group-FTRL λ_G of a whole row, &gt;= 0. Default: 0.</summary>
    public double RowGroupL1 { get; init; }

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

    /// <summary>Adam β1, in [0, 1). Default: 0.9.</summary>
    public double DenseBeta1 { get; init; } = 0.9;

    /// <summary>Adam β2, in [0, 1). Default: 0.999.</summary>
    public double DenseBeta2 { get; init; } = 0.999;

    /// <summary>Adam ε, &gt; 0. Default: 1e-8.</summary>
    public double DenseEpsilon { get; init; } = 1e-8;

    /// <summary>
    /// Steps over which the step sizes rise to their full size, of dense parameters, rows and wide weights alike, 0 to 10,000,000;
    /// counted since the model was made. Default: 0, none.
    /// </summary>
    public int WarmupSteps { get; init; }

    /// <summary>Longest gradient of all dense parameters together (Euclidean norm), &gt;= 0; 0: not bounded. Default: 0.</summary>
    public double DenseClip { get; init; }

    /// <summary>
    /// r, share of the samples without any positive label that training keeps, in (0, 1]. Logits served are corrected by + ln r.
    /// Default: 1, all.
    /// </summary>
    public double NegativesKept { get; init; } = 1;

    /// <summary>Mode <c>immediate</c>: how rows without all their labels are made good. Default: plain.</summary>
    public DelayedLoss DelayedLoss { get; init; }

    /// <summary>
    /// The base learns its samples in windows of so many, each in random order, 0 to 10,000,000; 0 and 1: in order of shown_at.
    /// Default: 0.
    /// </summary>
    public int ShuffleWindow { get; init; }
}
