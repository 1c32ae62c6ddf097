namespace Freshet.Scenes;

/// <summary>A node of the behaviour tree: a label of every sample and a task of the model.</summary>
public sealed record Behaviour
{
    /// <summary>Name of the label and the task, for example <c>watch30</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Type of the events it comes from, for example <c>watch</c>. Several behaviours may share one.</summary>
    public required string EventType { get; init; }

    /// <summary>Which events count. Default: all.</summary>
    public BehaviourCondition Condition { get; init; } = BehaviourCondition.Always;

    /// <summary>Index in <see cref="Scene.Behaviours"/> of the parent; -1 = the impression.</summary>
    public int Parent { get; init; } = -1;

    /// <summary>How long after the impression it can come; bounds <c>window</c> mode only. &gt; 0. Default: 10 min.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A 1 makes the ancestors 1 too (click logs get lost). Default: true.</summary>
    public bool ImplyParents { get; init; } = true;

    /// <summary>Weight of the task in the loss, &gt;= 0. Default: 1.</summary>
    public double LossWeight { get; init; } = 1;
}
