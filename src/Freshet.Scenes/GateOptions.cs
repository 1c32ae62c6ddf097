namespace Freshet.Scenes;

/// <summary>What a version must pass before it is published (docs/operations.md).</summary>
public sealed record GateOptions
{
    /// <summary>Whether the traffic and the predictions are judged; weights that are not finite are refused in any case. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How much worse than the live model the log loss of the newest window may be, as a share of it, &gt;= 0. Default: 0.02.</summary>
    public double LogLoss { get; init; } = 0.02;

    /// <summary>
    /// How much more the newest window may surprise the model than the windows before it did, &gt;= 0: log loss ÷ the log loss that the model
    /// itself expects. Default: 0.15.
    /// </summary>
    public double Surprise { get; init; } = 0.15;

    /// <summary>Least Σp ÷ positives, &gt; 0. Default: 0.8.</summary>
    public double PcocFrom { get; init; } = 0.8;

    /// <summary>Most Σp ÷ positives, &gt; 0. Default: 1.25.</summary>
    public double PcocTo { get; init; } = 1.25;

    /// <summary>How far the positive rate may leave that of the days before, as a share of it, 0 to 1. Default: 0.5.</summary>
    public double PositiveRate { get; init; } = 0.5;

    /// <summary>How many times the samples of the days before there may be, or one so-many-th of them, &gt;= 1. Default: 3.</summary>
    public double Volume { get; init; } = 3;
}
