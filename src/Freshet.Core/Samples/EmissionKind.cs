namespace Freshet.Core.Samples;

/// <summary>Why a sample left the join (docs/joining.md).</summary>
public enum EmissionKind
{
    /// <summary>Modes <c>cumulative</c> and <c>window</c>: with all labels of its identity.</summary>
    Attributed,

    /// <summary>Mode <c>immediate</c>: the first row of an identity. It says of every task what was known when it left.</summary>
    Observed,

    /// <summary>Mode <c>immediate</c>: labels that became 1 after the first row had left. It teaches these tasks alone.</summary>
    Positive,
}
