namespace Freshet.Core.Versions;

/// <summary>What one gate found.</summary>
/// <param name="Name">The gate's name, as in docs/operations.md.</param>
/// <param name="Task">Name of the behaviour; null where the gate is of the whole window.</param>
/// <param name="Value">What was measured; null where nothing was.</param>
/// <param name="Lower">Least that passes; null: no such limit.</param>
/// <param name="Upper">Most that passes; null: no such limit.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="Sentence">The same in words.</param>
public sealed record GateResult(
    string Name, string? Task, double? Value, double? Lower, double? Upper, GateVerdict Verdict, string Sentence);
