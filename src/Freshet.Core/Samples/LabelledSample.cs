namespace Freshet.Core.Samples;

/// <summary>One training sample: which snapshot, when it was shown, and what followed.</summary>
/// <param name="ShownAt">Event time of the impression, ms since the epoch.</param>
/// <param name="Row">Row of the snapshots it points at.</param>
/// <param name="Repeats">Further impressions of the identity.</param>
/// <param name="Labels">Bit i is the label of the scene's behaviour i.</param>
/// <param name="Identity">64 bits of the identity's hash: names it in draws that must not depend on order, rows or files.</param>
/// <param name="Kind">Why it left.</param>
/// <param name="Taught">Bit i: it teaches task i. All, but in a row of <see cref="EmissionKind.Positive"/>.</param>
/// <param name="Elapsed">Mode <c>immediate</c>: ms from the impression to what made it leave, &gt;= 0; else 0.</param>
/// <param name="LeftAt">Mode <c>immediate</c>: time of the stage at which it left, ms since the epoch; else 0.</param>
public readonly record struct LabelledSample(
    long ShownAt, int Row, int Repeats, uint Labels, ulong Identity = 0,
    EmissionKind Kind = EmissionKind.Attributed, uint Taught = uint.MaxValue, long Elapsed = 0, long LeftAt = 0)
{
    /// <summary>Its place in the order of training, ms since the epoch: shown_at; in mode <c>immediate</c> the time at which it left.</summary>
    public long LearnAt => Kind == EmissionKind.Attributed ? ShownAt : LeftAt;

    /// <summary>Whether the label of behaviour <paramref name="behaviour"/> is 1.</summary>
    public bool Has(int behaviour) => (Labels >> behaviour & 1) != 0;
}
