namespace Freshet.Scenes;

/// <summary>A number that the model learns beside the tasks: seconds watched, value of gifts.</summary>
/// <remarks>
/// The target of a sample is made of the <c>value</c> of the identity's events of one type, inside the time in which labels count
/// (docs/joining.md). Samples hold it as it is; <see cref="Scaled"/> is what the loss compares.
/// </remarks>
public sealed record Regression
{
    /// <summary>Name; also the column <c>target_NAME</c> of sample files. Not that of a behaviour.</summary>
    public required string Name { get; init; }

    /// <summary>Type of the events whose <c>value</c> is the number. It need not be that of a behaviour.</summary>
    public required string EventType { get; init; }

    /// <summary>How the values of several events become one. Default: sum.</summary>
    public TargetAggregate Aggregate { get; init; } = TargetAggregate.Sum;

    /// <summary>What the loss compares. Default: ln(1 + x).</summary>
    public TargetScale Scale { get; init; } = TargetScale.Log1p;

    /// <summary>What a sample without such an event has. Default: no target.</summary>
    public AbsentTarget Absent { get; init; } = AbsentTarget.Skip;

    /// <summary>Default: squared.</summary>
    public RegressionLoss Loss { get; init; } = RegressionLoss.Squared;

    /// <summary><see cref="RegressionLoss.Huber"/>: the difference, after scaling, above which the loss is linear, &gt; 0. Default: 1.</summary>
    public double HuberDelta { get; init; } = 1;

    /// <summary>Weight in the loss, &gt;= 0. Default: 0.1.</summary>
    public double LossWeight { get; init; } = 0.1;

    /// <summary>What the loss compares for a target of <paramref name="value"/>: sign(x)·ln(1 + |x|), or the value; NaN for NaN.</summary>
    public double Scaled(double value) => Scale == TargetScale.Log1p ? Math.CopySign(double.LogP1(Math.Abs(value)), value) : value;

    /// <summary>The value that <see cref="Scaled"/> turns into <paramref name="scaled"/>.</summary>
    public double Unscaled(double scaled) => Scale == TargetScale.Log1p ? Math.CopySign(double.ExpM1(Math.Abs(scaled)), scaled) : scaled;
}
