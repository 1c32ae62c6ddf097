using Freshet.Core.Samples;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;
using Freshet.Samples.Time;

namespace Freshet.Samples.Attribution;

/// <summary>A first row for every identity, at once or after <c>emit_after</c>, and a further row for the labels that come after it.</summary>
/// <remarks>
/// Rows stand in the order in which they left, on the day on which they left, so a trainer that has learnt up to a time has learnt every row
/// before it: nothing is lost, nothing doubled.
/// </remarks>
internal sealed class ImmediateAttribution(
    JoinState state, AttributionTimes times, Labeller labeller, LabelNews news, SceneDays days, SampleDay left, JoinCounters counters)
{
    private readonly PriorityQueue<WindowEntry, (long ShownAt, long Sequence)> _open = new();
    private readonly float[] _noTargets = [.. Enumerable.Repeat(float.NaN, left.TargetCount)];
    private long _sequence;

    /// <summary>Takes an identity's first impression, or an earlier one.</summary>
    public void Open(int index)
    {
        ref Identity identity = ref state.Identities[index];
        if (identity.HasLeft)
        {
            return;
        }

        if (times.EmitAfter > 0)
        {
            identity.ExpiresAt = Math.Max(identity.ExpiresAt, identity.ShownAt + times.EmitAfter + times.Retain);
            _open.Enqueue(new WindowEntry(index, identity.ShownAt), (identity.ShownAt, _sequence++));
            return;
        }

        labeller.Tree.Begin();
        identity.HasLeft = true;
        counters.Observed++;
        Add(identity, EmissionKind.Observed, 0, uint.MaxValue, news.ElapsedSince(identity.ShownAt), _noTargets);
    }

    /// <summary>Lets the labels leave that have just become 1; those of an identity that still waits leave with its first row.</summary>
    /// <param name="identity">Labelled just before.</param>
    /// <param name="labels">What is new; 0: nothing.</param>
    public void Add(in Identity identity, uint labels)
    {
        if (labels == 0 || !identity.HasLeft)
        {
            return;
        }

        long latest = long.MinValue;
        for (int i = 0; i < labeller.Tree.Times.Length; i++)
        {
            latest = (labels >> i & 1) != 0 ? Math.Max(latest, labeller.Tree.Times[i]) : latest;
        }

        counters.Positives++;
        Add(
            identity, EmissionKind.Positive, identity.KnownLabels, labels,
            Math.Max(latest - identity.ShownAt, news.ElapsedSince(identity.ShownAt)), labeller.TargetsSoFar);
    }

    /// <summary>Lets all first rows leave whose wait is over at <paramref name="until"/>.</summary>
    public void Leave(long until)
    {
        while (_open.TryPeek(out WindowEntry entry, out _) && entry.ShownAt + times.EmitAfter < until)
        {
            _ = _open.Dequeue();
            ref Identity identity = ref state.Identities[entry.Identity];
            if (!identity.IsAlive || identity.HasLeft || identity.IsOrphan || identity.ShownAt != entry.ShownAt)
            {
                continue; // it left for an earlier first impression, or waits under one
            }

            labeller.LabelByHorizon(identity);
            identity.HasLeft = true;
            counters.Observed++;
            Add(identity, EmissionKind.Observed, identity.KnownLabels, uint.MaxValue, news.ElapsedSince(identity.ShownAt), labeller.TargetsSoFar);
        }
    }

    /// <summary>Appends what has left since the last call to the days of <paramref name="table"/>.</summary>
    public void MoveTo(SampleTable table)
    {
        for (int i = 0; i < left.Count; i++)
        {
            LabelledSample sample = left.Samples[i];
            table.Open(days.DateOf(sample.AttributedAt))
                .Add(sample, left.Identities[i], left.LabelTimes(i), left.LabelValues(i), left.Targets(i));
        }

        left.Clear();
        table.LateShares = news.Delays.Select(LateShare).ToArray();
    }

    /// <summary>1 where all labels leave in rows of their own, and where none was seen yet.</summary>
    private double LateShare(DelaySketch delays) =>
        times.EmitAfter == 0 || delays.Count == 0 ? 1 : 1 - delays.ShareWithin(times.EmitAfter);

    private void Add(in Identity identity, EmissionKind kind, uint labels, uint taught, long elapsed, ReadOnlySpan<float> targets) => left.Add(
        new LabelledSample(identity.ShownAt, news.Now, identity.Row, identity.Repeats, labels, identity.Key.Low, kind, taught, elapsed),
        identity.Key, labeller.Tree.Times, labeller.Tree.Values, targets);
}
