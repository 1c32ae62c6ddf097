namespace Freshet.Core.Samples;

/// <summary>One training sample: which snapshot, when it was shown, and what followed.</summary>
/// <param name="ShownAt">Event time of the impression, ms since the epoch.</param>
/// <param name="AttributedAt">The cutoff that gave the labels (in <c>window</c> mode the watermark at which the sample left), ms since the epoch.</param>
/// <param name="Row">Row of the snapshots it points at.</param>
/// <param name="Repeats">Further impressions of the identity.</param>
/// <param name="Labels">Bit i is the label of the scene's behaviour i.</param>
/// <param name="Identity">64 bits of the identity's hash: names it in draws that must not depend on order, rows or files.</param>
public readonly record struct LabelledSample(long ShownAt, long AttributedAt, int Row, int Repeats, uint Labels, ulong Identity = 0)
{
    /// <summary>Whether the label of behaviour <paramref name="behaviour"/> is 1.</summary>
    public bool Has(int behaviour) => (Labels >> behaviour & 1) != 0;
}
