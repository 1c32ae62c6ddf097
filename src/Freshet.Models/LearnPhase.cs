namespace Freshet.Models;

/// <summary>Which run a step belongs to: it decides the admission threshold and what is frozen.</summary>
public enum LearnPhase
{
    /// <summary>The base: everything learns; <c>admission.full</c> holds.</summary>
    Base,

    /// <summary>An increment: frozen slots do not learn; <c>admission.incremental</c> holds.</summary>
    Increment,
}
