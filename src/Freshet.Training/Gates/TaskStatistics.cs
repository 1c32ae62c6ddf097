namespace Freshet.Training.Gates;

/// <summary>What one task did in a window, with the labels known when the window was judged. Sums over its samples.</summary>
/// <remarks>What needs scores is 0 where the window was not scored.</remarks>
public readonly record struct TaskStatistics
{
    /// <summary>Samples whose label was 1 by the time the window was judged.</summary>
    public long Positives { get; init; }

    /// <summary>Samples whose label is 1 by now; more than <see cref="Positives"/> where labels come late.</summary>
    public long FinalPositives { get; init; }

    /// <summary>Σ p of the candidate.</summary>
    public double Predicted { get; init; }

    /// <summary>Σ log loss of the candidate.</summary>
    public double Loss { get; init; }

    /// <summary>Σ log loss that the candidate expects of itself: −p·ln p − (1 − p)·ln(1 − p).</summary>
    public double ExpectedLoss { get; init; }

    /// <summary>Σ variance of the log loss under the candidate: p·(1 − p)·ln²(p ÷ (1 − p)).</summary>
    public double LossVariance { get; init; }

    /// <summary>Σ log loss of the live model; NaN where none was live.</summary>
    public double LiveLoss { get; init; }

    /// <summary>Σ square of the difference of the two log losses of a sample.</summary>
    public double DifferenceSquares { get; init; }

    /// <summary>Writes it for a checkpoint.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(Positives);
        writer.Write(FinalPositives);
        writer.Write(Predicted);
        writer.Write(Loss);
        writer.Write(ExpectedLoss);
        writer.Write(LossVariance);
        writer.Write(LiveLoss);
        writer.Write(DifferenceSquares);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static TaskStatistics Restore(BinaryReader reader) => new()
    {
        Positives = reader.ReadInt64(),
        FinalPositives = reader.ReadInt64(),
        Predicted = reader.ReadDouble(),
        Loss = reader.ReadDouble(),
        ExpectedLoss = reader.ReadDouble(),
        LossVariance = reader.ReadDouble(),
        LiveLoss = reader.ReadDouble(),
        DifferenceSquares = reader.ReadDouble(),
    };
}
